import { splitPluginId } from '#kernel';
import { packageName, stateOf, stateReasonOf } from '#catalog';
import type { PackageSide, Release } from '#catalog';
import type { ComponentReference, DescriptorInterface, FormElement } from '#descriptor';
import { ApiExtraModels, ApiProperty, schemaPath } from '../platform/contract/api-decorators.js';
import { artifactAddress, releaseAddress } from '../platform/settings/store-addresses.js';
import { DescriptorProblemBody } from './descriptor-problem.body.js';

const exampleDigest = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

/** A package that an interface names, with the version that the release has. */
export class ReleasePackageBody {
  @ApiProperty({ description: 'Normalised on the Python side.', example: 'cloudlaunch-kube' })
  package!: string;

  @ApiProperty({ type: String, nullable: true, example: '1.0.0' })
  version!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'KubeAppPlugin' })
  component!: string | null;
}

export class ReleaseInterfaceBody {
  @ApiProperty({ type: ReleasePackageBody, nullable: true })
  backend!: ReleasePackageBody | null;

  @ApiProperty({ type: ReleasePackageBody, nullable: true })
  frontend!: ReleasePackageBody | null;

  @ApiProperty({
    type: 'array',
    nullable: true,
    items: { type: 'object', additionalProperties: true },
    example: [{ type: 'integer', name: 'keep_days', label: 'Keep for' }],
  })
  form!: readonly FormElement[] | null;
}

export class ReleaseArtifactBody {
  @ApiProperty({ enum: ['wheel', 'sdist', 'tarball', 'icon', 'lock'], example: 'wheel' })
  kind!: string;

  @ApiProperty({ example: 'cloudlaunch_kube-1.0.0-py3-none-any.whl' })
  filename!: string;

  @ApiProperty({ format: 'uri' })
  url!: string;

  @ApiProperty({ type: 'integer', description: 'In bytes.', example: 51200 })
  size!: number;

  @ApiProperty({ pattern: '^[0-9a-f]{64}$', example: exampleDigest })
  sha256!: string;
}

export class ReleaseDescriptorBody {
  @ApiProperty({ format: 'uri', description: 'Where its bytes are served as they were published.' })
  url!: string;

  @ApiProperty({ type: 'integer', description: 'In bytes.', example: 412 })
  size!: number;

  @ApiProperty({ pattern: '^[0-9a-f]{64}$', example: exampleDigest })
  sha256!: string;
}

export class DeprecationBody {
  @ApiProperty({ example: 'Use galaxy/kube-next instead.' })
  message!: string;

  @ApiProperty({ type: String, nullable: true, example: 'galaxy/kube-next' })
  replaced_by!: string | null;
}

export class OperationBody {
  @ApiProperty({ enum: ['action', 'trigger', 'task'], example: 'action' })
  kind!: string;

  @ApiProperty({ example: 'lookup_domain' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Lookup Domain' })
  title!: string | null;

  @ApiProperty({ type: String, nullable: true })
  description!: string | null;
}

/** One version of a plugin, as every door of the catalogue shows it. */
@ApiExtraModels(ReleaseInterfaceBody)
export class ReleaseBody {
  @ApiProperty({ description: 'The plugin’s id.', example: 'galaxy/kubeplugin' })
  id!: string;

  @ApiProperty({ example: 'galaxy' })
  publisher!: string;

  @ApiProperty({ description: 'As its descriptor writes it.', example: 'KubePlugin' })
  name!: string;

  @ApiProperty({ description: 'SemVer 2.0.', example: '1.0.0' })
  version!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the version is called, where that isn’t SemVer.',
  })
  version_label!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Kubernetes' })
  title!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Runs a Kubernetes cluster' })
  summary!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Markdown.' })
  description!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Ada <ada@example.org>' })
  maintainer!: string | null;

  @ApiProperty({ type: [String], example: ['compute'] })
  categories!: readonly string[];

  @ApiProperty({ type: [String], example: ['kubernetes'] })
  tags!: readonly string[];

  @ApiProperty({ type: String, nullable: true })
  homepage!: string | null;

  @ApiProperty({ type: String, nullable: true })
  repository!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'SPDX, where it is native.', example: 'MIT' })
  license!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Markdown, for this version.' })
  changelog!: string | null;

  @ApiProperty({ enum: ['native', 'insightconnect', 'cloudlaunch'], example: 'native' })
  kind!: string;

  @ApiProperty({ enum: ['active', 'yanked', 'quarantined'], example: 'active' })
  state!: string;

  @ApiProperty({ type: String, nullable: true })
  state_reason!: string | null;

  @ApiProperty({ enum: ['approved', 'pending', 'rejected'], example: 'approved' })
  review!: string;

  @ApiProperty({ enum: ['trusted', 'untrusted'], example: 'untrusted' })
  trust!: string;

  @ApiProperty({ type: DeprecationBody, nullable: true })
  deprecated!: DeprecationBody | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  published_at!: string;

  @ApiProperty({ description: 'A username.', example: 'ada' })
  published_by!: string;

  @ApiProperty({ type: 'object', additionalProperties: { $ref: schemaPath(ReleaseInterfaceBody) } })
  interfaces!: Record<string, ReleaseInterfaceBody>;

  @ApiProperty({ type: [OperationBody], description: 'What a foreign descriptor says it can do.' })
  operations!: readonly OperationBody[];

  @ApiProperty({ type: 'object', additionalProperties: true })
  default_config!: Readonly<Record<string, unknown>>;

  @ApiProperty({ type: [String], description: 'What the plugin’s key may do: words of the host.' })
  permissions!: readonly string[];

  @ApiProperty({ type: 'object', additionalProperties: true })
  runtime!: Readonly<Record<string, unknown>>;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Host to version range.',
    example: { cloudlaunch: '>=4' },
  })
  requires!: Readonly<Record<string, string>>;

  @ApiProperty({ type: String, nullable: true })
  replaces!: string | null;

  @ApiProperty({ type: [ReleaseArtifactBody] })
  artifacts!: ReleaseArtifactBody[];

  @ApiProperty({ type: ReleaseDescriptorBody })
  descriptor!: ReleaseDescriptorBody;

  @ApiProperty({ format: 'uri' })
  manifest_url!: string;

  @ApiProperty({
    type: [DescriptorProblemBody],
    description: 'The warnings that its descriptor was read with.',
  })
  problems!: DescriptorProblemBody[];
}

/** The body of a release; `base` is the store's public address. */
export function releaseBody(release: Release, base: string): ReleaseBody {
  const { plugin, version, descriptor, standing } = release;
  const address = releaseAddress(base, plugin, version);
  return {
    id: plugin,
    publisher: splitPluginId(plugin).publisher,
    name: descriptor.name,
    version,
    version_label: release.versionLabel,
    title: descriptor.title,
    summary: descriptor.summary,
    description: descriptor.description,
    maintainer: descriptor.maintainer,
    categories: descriptor.categories,
    tags: descriptor.tags,
    homepage: descriptor.homepage,
    repository: descriptor.repository,
    license: descriptor.license,
    changelog: descriptor.changelog,
    kind: descriptor.kind,
    state: stateOf(standing),
    state_reason: stateReasonOf(standing),
    review: standing.review,
    trust: release.trust,
    deprecated: standing.deprecated && {
      message: standing.deprecated.message,
      replaced_by: standing.deprecated.replacedBy,
    },
    published_at: new Date(release.publishedAt).toISOString(),
    published_by: release.publishedBy,
    interfaces: interfacesOf(release),
    operations: descriptor.operations,
    default_config: descriptor.default_config,
    permissions: descriptor.permissions,
    runtime: descriptor.runtime,
    requires: descriptor.requires,
    replaces: descriptor.replaces,
    artifacts: release.artifacts.map((artifact) => ({
      kind: artifact.kind,
      filename: artifact.filename,
      url: artifactAddress(base, artifact.sha256, artifact.filename),
      size: artifact.size,
      sha256: artifact.sha256,
    })),
    descriptor: {
      url: `${address}/descriptor`,
      size: release.descriptorSize,
      sha256: release.descriptorSha256,
    },
    manifest_url: `${address}/manifest`,
    problems: [...release.problems],
  };
}

function interfacesOf(release: Release): Record<string, ReleaseInterfaceBody> {
  const body = ({ backend, frontend, form }: DescriptorInterface): ReleaseInterfaceBody => ({
    backend: backend && packageOf(release, 'python', backend),
    frontend: frontend && packageOf(release, 'npm', frontend),
    form,
  });
  const interfaces = Object.entries(release.descriptor.interfaces);
  return Object.fromEntries(interfaces.map(([name, value]) => [name, body(value)]));
}

function packageOf(release: Release, side: PackageSide, named: ComponentReference): ReleasePackageBody {
  const name = packageName(side, named.package);
  const pin = release.pins.find((candidate) => candidate.side === side && candidate.package === name);
  return { package: name, version: pin?.version ?? named.version, component: named.component };
}
