import type { Descriptor, Reading } from '#descriptor';
import { ApiProperty } from '../platform/contract/api-decorators.js';
import { DescriptorProblemBody } from './descriptor-problem.body.js';

export class ValidationBody {
  @ApiProperty({ description: 'Whether it would publish as it stands, its packages aside.', example: true })
  valid!: boolean;

  @ApiProperty({ enum: ['native', 'insightconnect', 'cloudlaunch'], nullable: true, example: 'native' })
  kind!: string | null;

  @ApiProperty({ type: [DescriptorProblemBody], description: 'In the order of the text.' })
  problems!: DescriptorProblemBody[];

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Normalised; null when there are errors. Of several versions, the highest.',
    example: { kind: 'native', name: 'KubePlugin', version: '1.0.0' },
  })
  descriptor!: Descriptor | null;

  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'One for each release that it describes; only CloudLaunch’s entries have several.',
    example: [{ kind: 'native', name: 'KubePlugin', version: '1.0.0' }],
  })
  descriptors!: Descriptor[];
}

export function validationBody({ valid, kind, problems, descriptors }: Reading): ValidationBody {
  return {
    valid,
    kind,
    problems: [...problems],
    descriptor: descriptors.at(-1) ?? null,
    descriptors: [...descriptors],
  };
}
