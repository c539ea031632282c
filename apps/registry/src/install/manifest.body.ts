import { ApiProperty } from '../platform/contract/api-decorators.js';

class ManifestFileBody {
  @ApiProperty({ example: 'zephyr_tool_backend-1.2.0-py3-none-any.whl' })
  filename!: string;

  @ApiProperty({ format: 'uri' })
  url!: string;

  @ApiProperty({ type: 'integer', example: 5120, description: 'Bytes.' })
  size!: number;

  @ApiProperty({ description: 'SHA-256, 64 hexadecimal digits.' })
  sha256!: string;
}

class ManifestArtifactBody extends ManifestFileBody {
  @ApiProperty({ enum: ['wheel', 'sdist'] })
  kind!: string;
}

class ManifestTarballBody extends ManifestFileBody {
  @ApiProperty({ example: 'sha512-…', description: 'As npm has it (W3C SRI).' })
  integrity!: string;
}

class ManifestFrontendFileBody {
  @ApiProperty({ example: 'dist/index.js' })
  path!: string;

  @ApiProperty({ type: 'integer', example: 2048 })
  size!: number;

  @ApiProperty({ example: 'sha384-…', description: 'W3C SRI.' })
  integrity!: string;
}

class ManifestBackendBody {
  @ApiProperty({ example: 'zephyr-tool-backend' })
  package!: string;

  @ApiProperty({ example: '1.2.0' })
  version!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Plugin' })
  component!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '>=3.8' })
  requires_python!: string | null;

  @ApiProperty({ type: ManifestArtifactBody, isArray: true, description: 'Wheels before the sdist.' })
  artifacts!: ManifestArtifactBody[];
}

class ManifestFrontendBody {
  @ApiProperty({ example: '@acme/zephyr-tool' })
  package!: string;

  @ApiProperty({ example: '1.2.0' })
  version!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Panel' })
  component!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'dist/index.js' })
  entry!: string | null;

  @ApiProperty({ format: 'uri' })
  base_url!: string;

  @ApiProperty({ type: ManifestTarballBody })
  tarball!: ManifestTarballBody;

  @ApiProperty({ type: ManifestFrontendFileBody, isArray: true })
  files!: ManifestFrontendFileBody[];
}

class ManifestInterfaceBody {
  @ApiProperty({ type: ManifestBackendBody, nullable: true })
  backend!: ManifestBackendBody | null;

  @ApiProperty({ type: ManifestFrontendBody, nullable: true })
  frontend!: ManifestFrontendBody | null;

  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true }, nullable: true })
  form!: unknown[] | null;
}

class ManifestDeprecationBody {
  @ApiProperty({ example: 'Use acme/zephyr-suite.' })
  message!: string;

  @ApiProperty({ type: String, nullable: true, example: 'acme/zephyr-suite' })
  replaced_by!: string | null;
}

class ManifestDescriptorBody {
  @ApiProperty({ format: 'uri' })
  url!: string;

  @ApiProperty({ type: 'integer', example: 412 })
  size!: number;

  @ApiProperty()
  sha256!: string;
}

/** For the contract: the manifest itself is made by the install library. */
export class ManifestBody {
  @ApiProperty({ type: 'integer', example: 1 })
  schema_version!: number;

  @ApiProperty({ example: 'acme/zephyr-tool' })
  plugin!: string;

  @ApiProperty({ example: 'Zephyr Tool' })
  name!: string;

  @ApiProperty({ example: '1.2.0' })
  version!: string;

  @ApiProperty({ type: String, nullable: true })
  version_label!: string | null;

  @ApiProperty({ format: 'date-time' })
  published_at!: string;

  @ApiProperty({ enum: ['active', 'yanked'], description: 'Quarantined releases have no manifest.' })
  state!: string;

  @ApiProperty({ type: String, nullable: true })
  state_reason!: string | null;

  @ApiProperty({ enum: ['approved', 'pending', 'rejected'] })
  review!: string;

  @ApiProperty({ enum: ['trusted', 'untrusted'] })
  trust!: string;

  @ApiProperty({
    enum: ['process', 'container'],
    description: 'The weakest isolation that the host should run it in.',
  })
  isolation!: string;

  @ApiProperty({ type: ManifestDeprecationBody, nullable: true })
  deprecated!: ManifestDeprecationBody | null;

  @ApiProperty({ type: ManifestDescriptorBody })
  descriptor!: ManifestDescriptorBody;

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/ManifestInterfaceBody' },
    description: 'By name.',
  })
  interfaces!: Record<string, ManifestInterfaceBody>;

  @ApiProperty({ type: 'object', additionalProperties: true })
  default_config!: Record<string, unknown>;

  @ApiProperty({ type: String, isArray: true, example: ['clusters:read'] })
  permissions!: string[];

  @ApiProperty({ type: 'object', additionalProperties: true })
  runtime!: Record<string, unknown>;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { cloudlaunch: '>=4.0.0' },
  })
  requires!: Record<string, string>;

  @ApiProperty({ type: ManifestFileBody, nullable: true })
  lock!: ManifestFileBody | null;

  @ApiProperty({ type: ManifestFileBody, nullable: true })
  icon!: ManifestFileBody | null;

  @ApiProperty({ type: String, nullable: true })
  replaces!: string | null;
}

export { ManifestInterfaceBody };
