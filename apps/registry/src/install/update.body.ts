import type { HostUpdate } from '#install';
import { ApiProperty } from '../platform/contract/api-decorators.js';

export class UpdateBody {
  @ApiProperty({ format: 'uuid' })
  installation!: string;

  @ApiProperty({ example: 'galaxy/kubeplugin' })
  plugin!: string;

  @ApiProperty({ example: '1.2.0', description: 'What is installed.' })
  version!: string;

  @ApiProperty({ enum: ['newer-release', 'yanked', 'quarantined', 'deprecated'] })
  kind!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '1.3.0',
    description: 'The version to go to, if there is one.',
  })
  to!: string | null;

  @ApiProperty({ example: '1.3.0 is newer and suits this host.' })
  reason!: string;
}

export class UpdatesBody {
  @ApiProperty({ type: UpdateBody, isArray: true })
  items!: UpdateBody[];

  @ApiProperty({ type: String, nullable: true })
  next!: string | null;

  @ApiProperty({ type: Object, isArray: true, description: 'Empty until there are advisories.' })
  advisories!: never[];
}

export const updatesBody = (updates: readonly HostUpdate[]): UpdatesBody => ({
  items: updates.map((update) => ({ ...update })),
  next: null,
  advisories: [],
});
