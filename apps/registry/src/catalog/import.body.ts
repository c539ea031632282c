import type { ImportOutcome } from '#catalog';
import { ApiProperty } from '../platform/contract/api-decorators.js';
import { DescriptorProblemBody } from './descriptor-problem.body.js';
import { ReleaseBody, releaseBody } from './release.body.js';

/** The parts of an import of several files. */
export class ImportFormBody {
  @ApiProperty({
    type: 'array',
    items: { type: 'string', format: 'binary' },
    description: 'Descriptors, each with its file name.',
  })
  descriptor!: string[];
}

export class ImportOutcomeBody {
  @ApiProperty({
    description: 'The name of the file that was sent, or its path in the tar.',
    example: 'galaxy.yaml',
  })
  entry!: string;

  @ApiProperty({ enum: ['published', 'unchanged', 'refused'], example: 'published' })
  outcome!: string;

  @ApiProperty({ type: ReleaseBody, nullable: true, description: 'Null when it was refused.' })
  release!: ReleaseBody | null;

  @ApiProperty({ type: [DescriptorProblemBody], description: 'Why it was refused, or the warnings.' })
  problems!: DescriptorProblemBody[];
}

export class ImportBody {
  @ApiProperty({
    type: [ImportOutcomeBody],
    description: 'One for each release, or for a file that has none.',
  })
  items!: ImportOutcomeBody[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Always null: the list is whole.',
    example: null,
  })
  next!: null;
}

export function importBody(outcomes: readonly ImportOutcome[], base: string): ImportBody {
  const items = outcomes.map(({ entry, outcome, release, problems }) => ({
    entry,
    outcome,
    release: release && releaseBody(release, base),
    problems: [...problems],
  }));
  return { items, next: null };
}
