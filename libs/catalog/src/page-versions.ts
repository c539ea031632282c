import {
  compareVersions,
  decodePageCursor,
  invalidCursor,
  isVersion,
  satisfiesRange,
  sortVersions,
  toPage,
} from '#kernel';
import type { Page } from '#kernel';
import type { ListedRelease } from './plugin.js';

export interface VersionsQuery {
  /** As npm reads them; null for every version. */
  readonly range: string | null;
  readonly limit: number;
  readonly cursor: string | null;
}

/**
 * A page of releases, the highest first. A version that is published while somebody pages stands where it belongs: no
 * other is passed over or told twice for it. Throws `invalid-cursor`.
 */
export function pageVersions(
  releases: readonly ListedRelease[],
  { range, limit, cursor }: VersionsQuery,
): Page<ListedRelease> {
  const below = cursor === null ? null : versionIn(cursor);
  const wanted = releases.filter(
    ({ version }) =>
      (range === null || satisfiesRange(version, range)) &&
      (below === null || compareVersions(version, below) < 0),
  );
  return toPage(
    sortVersions(wanted, ({ version }) => version),
    limit,
    (last) => [last.version],
  );
}

function versionIn(cursor: string): string {
  const version = String(decodePageCursor(cursor, ['string'])[0]);
  if (isVersion(version)) return version;
  throw invalidCursor();
}
