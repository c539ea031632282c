import { IsIn, IsOptional } from '../platform/body-rules.js';
import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';

export class PublishQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'Go through all of it and write nothing.',
    example: 'true',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  dry_run?: 'true' | 'false';
}

/** The parts of a publication that has artifacts. */
export class PublishFormBody {
  @ApiProperty({ type: 'string', format: 'binary', description: 'The YAML descriptor, once.' })
  descriptor!: string;

  @ApiPropertyOptional({
    type: 'array',
    maxItems: 64,
    items: { type: 'string', format: 'binary' },
    description: 'Wheels, an sdist, npm tarballs, an icon, a pylock.toml: each with its file name.',
  })
  artifact?: string[];
}
