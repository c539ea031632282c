import type { PluginId } from '#kernel';
import type { Descriptor, Problem } from '#descriptor';
import type { PackagePin, Release, ReleaseArtifact, Standing, Trust } from '#catalog';
import type { ReleaseRow } from '../rows/catalog-rows.js';

export interface ReleaseParts {
  readonly publisherTrust: Trust;
  readonly pins: readonly PackagePin[];
  readonly artifacts: readonly ReleaseArtifact[];
}

/** A release, from its row and what belongs to it. */
export function toRelease(row: ReleaseRow, { publisherTrust, pins, artifacts }: ReleaseParts): Release {
  return {
    id: row.id,
    plugin: row.plugin_id as PluginId,
    version: row.version,
    versionLabel: row.version_label,
    descriptor: row.descriptor as Descriptor,
    descriptorSha256: row.descriptor_sha256,
    descriptorSize: row.descriptor_bytes.length,
    publishedAt: row.published_at,
    publishedBy: row.published_by,
    pins,
    artifacts,
    problems: row.problems as readonly Problem[],
    standing: standingOf(row),
    trust: row.trust_override ?? publisherTrust,
  };
}

type TimeColumn = 'published_at' | 'yanked_at' | 'quarantined_at';
type StandingColumn =
  | Exclude<TimeColumn, 'published_at'>
  | 'yank_reason'
  | 'quarantine_reason'
  | 'deprecation_message'
  | 'replaced_by'
  | 'review'
  | 'review_reason'
  | 'trust_override';

/** A release's row as a driver hands it over: a bigint may come as text. */
export type RawRelease = Omit<ReleaseRow, TimeColumn> & {
  published_at: number | string;
  yanked_at: number | string | null;
  quarantined_at: number | string | null;
};

/** What became of the release. */
export function standingOf(row: Pick<RawRelease, StandingColumn>): Standing {
  return {
    yanked: row.yanked_at === null ? null : { reason: row.yank_reason ?? '', at: Number(row.yanked_at) },
    quarantined:
      row.quarantined_at === null
        ? null
        : { reason: row.quarantine_reason ?? '', at: Number(row.quarantined_at) },
    deprecated:
      row.deprecation_message === null
        ? null
        : { message: row.deprecation_message, replacedBy: row.replaced_by },
    review: row.review,
    reviewReason: row.review_reason,
    trustOverride: row.trust_override,
  };
}
