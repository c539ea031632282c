import type { CatalogChange } from '#catalog';
import { ApiProperty } from '../platform/contract/api-decorators.js';

export class ChangeBody {
  @ApiProperty({ type: 'integer', description: 'Rises with every change.', example: 41 })
  sequence!: number;

  @ApiProperty({ description: 'A fact in kebab-case.', example: 'release-published' })
  type!: string;

  @ApiProperty({ example: 'galaxy/kubeplugin' })
  plugin!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null where it is about the whole plugin.' })
  version!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  at!: string;
}

export class ChangeListBody {
  @ApiProperty({ type: [ChangeBody], description: 'Oldest first.' })
  items!: ChangeBody[];

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'What to send as `after` for the next page; null at the end, where one goes on later from the last sequence seen.',
    example: '41',
  })
  next!: string | null;
}

export function changeBody(change: CatalogChange): ChangeBody {
  return { ...change, at: new Date(change.at).toISOString() };
}
