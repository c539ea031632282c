import { isVersionRange, limits } from '#kernel';
import { invalidRange, stateOf, stateReasonOf } from '#catalog';
import type { ListedRelease, Plugin, Release, VersionsQuery } from '#catalog';
import { ApiProperty } from '../platform/contract/api-decorators.js';
import { parsePageLimit } from '../platform/requests/page-limit.js';
import { DeprecationBody, ReleaseBody, releaseBody } from './release.body.js';

/** A release as the list of a plugin's versions shows it. */
export class VersionBody {
  @ApiProperty({ description: 'SemVer 2.0.', example: '1.0.0' })
  version!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the version is called, where that isn’t SemVer.',
  })
  version_label!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  published_at!: string;

  @ApiProperty({ description: 'A username.', example: 'ada' })
  published_by!: string;

  @ApiProperty({ enum: ['active', 'yanked', 'quarantined'], example: 'yanked' })
  state!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Loses data when it is upgraded.' })
  state_reason!: string | null;

  @ApiProperty({ enum: ['trusted', 'untrusted'], example: 'untrusted' })
  trust!: string;

  @ApiProperty({ enum: ['approved', 'pending', 'rejected'], example: 'approved' })
  review!: string;

  @ApiProperty({ type: DeprecationBody, nullable: true })
  deprecated!: DeprecationBody | null;

  @ApiProperty({ type: [String], description: 'The channels that point to it.', example: ['beta'] })
  channels!: string[];

  @ApiProperty({ description: 'Whether it is what `latest` means.', example: false })
  latest!: boolean;

  @ApiProperty({ type: 'integer', description: 'How often its code was fetched.', example: 0 })
  downloads!: number;
}

export class VersionListBody {
  @ApiProperty({ type: [VersionBody], description: 'By SemVer precedence, the highest first.' })
  items!: VersionBody[];

  @ApiProperty({ type: String, nullable: true, description: 'The cursor of the next page.' })
  next!: string | null;
}

/** A release with its place among the others. */
export class ReleaseDetailBody extends ReleaseBody {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the moderator said who reviewed it.',
  })
  review_reason!: string | null;

  @ApiProperty({ type: [String], description: 'The channels that point to it.', example: ['beta'] })
  channels!: string[];

  @ApiProperty({ description: 'Whether it is what `latest` means.', example: true })
  latest!: boolean;

  @ApiProperty({ type: 'integer', description: 'How often its code was fetched.', example: 0 })
  downloads!: number;
}

/** How often each version was fetched; what is missing never was. */
type Totals = ReadonlyMap<string, number>;

export function versionBody(plugin: Plugin, release: ListedRelease, downloads: Totals): VersionBody {
  const { standing } = release;
  return {
    version: release.version,
    version_label: release.versionLabel,
    published_at: new Date(release.publishedAt).toISOString(),
    published_by: release.publishedBy,
    state: stateOf(standing),
    state_reason: stateReasonOf(standing),
    trust: release.trust,
    review: standing.review,
    deprecated: standing.deprecated && {
      message: standing.deprecated.message,
      replaced_by: standing.deprecated.replacedBy,
    },
    ...placeOf(plugin, release.version),
    downloads: downloads.get(release.version) ?? 0,
  };
}

export function releaseDetailBody(
  plugin: Plugin,
  release: Release,
  downloads: Totals,
  base: string,
): ReleaseDetailBody {
  return {
    ...releaseBody(release, base),
    review_reason: release.standing.reviewReason,
    ...placeOf(plugin, release.version),
    downloads: downloads.get(release.version) ?? 0,
  };
}

function placeOf(plugin: Plugin, version: string): { channels: string[]; latest: boolean } {
  const channels = [...plugin.channels].filter(([, target]) => target === version).map(([name]) => name);
  return { channels, latest: plugin.latest === version };
}

/** The parameters of a list of versions. Throws `invalid-range`, `invalid-parameter`. */
export function parseVersionsQuery(parameters: Readonly<Record<string, string | undefined>>): VersionsQuery {
  const { range = null, cursor = null } = parameters;
  if (range !== null && (range.length > limits.versionRangeCharacters || !isVersionRange(range))) {
    throw invalidRange(range);
  }
  return {
    range,
    cursor,
    limit: parsePageLimit(parameters['limit'], limits.versionsPageItems, limits.versionsPageItemsDefault),
  };
}
