import { limits } from '#kernel';
import { IsIn, IsOptional, IsString, MaxLength } from '../platform/requests/body-rules.js';
import { ApiPropertyOptional } from '../platform/contract/api-decorators.js';

export class PublishQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'Go through all of it and write nothing.',
    example: 'true',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  dry_run?: 'true' | 'false';

  @ApiPropertyOptional({
    description:
      'Publish what an npm package offers that the store has and the publisher owns, by the plugin.yaml at its root; without a body.',
    example: 'npm:@cloudve/kube@1.0.0',
  })
  @IsOptional()
  @IsString()
  @MaxLength(limits.pathParameterCharacters)
  from?: string;
}

/** The parts of a publication that has artifacts. */
export class PublishFormBody {
  @ApiPropertyOptional({
    type: 'string',
    format: 'binary',
    description:
      'The YAML descriptor, once; or none, where the one npm tarball has a plugin.yaml at its root.',
  })
  descriptor?: string;

  @ApiPropertyOptional({
    type: 'array',
    maxItems: 64,
    items: { type: 'string', format: 'binary' },
    description: 'Wheels, an sdist, npm tarballs, an icon, a pylock.toml: each with its file name.',
  })
  artifact?: string[];
}
