import { splitPluginId } from '#kernel';
import { isWithdrawn } from '#catalog';
import type { Plugin, Release } from '#catalog';
import { ApiProperty } from '../platform/contract/api-decorators.js';
import { DeprecationBody } from './release.body.js';
import { ReleaseDetailBody, releaseDetailBody } from './version.body.js';

/** A plugin: what its shown release says of it, and that release itself where it is the latest. */
export class PluginBody {
  @ApiProperty({ example: 'galaxy/kubeplugin' })
  id!: string;

  @ApiProperty({ example: 'galaxy' })
  publisher!: string;

  @ApiProperty({ description: 'As its descriptor writes it.', example: 'KubePlugin' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Kubernetes' })
  title!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Runs a Kubernetes cluster' })
  summary!: string | null;

  @ApiProperty({
    description: 'What is shown: the latest version, else the highest there is.',
    example: '1.0.0',
  })
  version!: string;

  @ApiProperty({ type: [String], example: ['compute'] })
  categories!: readonly string[];

  @ApiProperty({ type: [String], example: ['kubernetes'] })
  tags!: readonly string[];

  @ApiProperty({ enum: ['trusted', 'untrusted'], example: 'untrusted' })
  trust!: string;

  @ApiProperty({ enum: ['native', 'insightconnect', 'cloudlaunch'], example: 'native' })
  kind!: string;

  @ApiProperty({ type: [String], description: 'Names of interfaces.', example: ['default'] })
  interfaces!: string[];

  @ApiProperty({ type: 'integer', example: 0 })
  downloads!: number;

  @ApiProperty({ type: DeprecationBody, nullable: true })
  deprecated!: DeprecationBody | null;

  @ApiProperty({ description: 'Whether all its versions were withdrawn.', example: false })
  withdrawn!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  created_at!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'When its newest release was published.',
    example: '2026-01-31T12:00:00.000Z',
  })
  updated_at!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Channel to version.',
    example: { beta: '1.1.0-beta.1' },
  })
  channels!: Record<string, string>;

  @ApiProperty({ type: 'integer', example: 3 })
  version_count!: number;

  @ApiProperty({ type: ReleaseDetailBody, nullable: true, description: 'Null where no version is active.' })
  latest!: ReleaseDetailBody | null;
}

/** The body of a plugin, by the release that stands for it. */
export function pluginBody(
  plugin: Plugin,
  shown: Release,
  downloads: ReadonlyMap<string, number>,
  base: string,
): PluginBody {
  const { descriptor } = shown;
  const detail = releaseDetailBody(plugin, shown, downloads, base);
  const published = plugin.releases.map(({ publishedAt }) => publishedAt);
  return {
    id: plugin.id,
    publisher: splitPluginId(plugin.id).publisher,
    name: descriptor.name,
    title: descriptor.title,
    summary: descriptor.summary,
    version: shown.version,
    categories: descriptor.categories,
    tags: descriptor.tags,
    trust: shown.trust,
    kind: descriptor.kind,
    interfaces: Object.keys(descriptor.interfaces),
    downloads: plugin.downloads,
    deprecated: detail.deprecated,
    withdrawn: isWithdrawn(plugin),
    created_at: new Date(Math.min(...published)).toISOString(),
    updated_at: new Date(Math.max(...published)).toISOString(),
    channels: Object.fromEntries(plugin.channels),
    version_count: plugin.releases.length,
    latest: plugin.latest === shown.version ? detail : null,
  };
}
