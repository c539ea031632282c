import { compareVersions, isPrerelease } from '#kernel';
import type { Version } from '#kernel';

/**
 * What `latest` is, of the versions that are approved and active: the highest stable one, else the highest
 * pre-release, else null.
 */
export function latestVersion(candidates: readonly Version[]): Version | null {
  const stable = candidates.filter((version) => !isPrerelease(version));
  const pool = stable.length > 0 ? stable : candidates;
  return pool.reduce<Version | null>(
    (best, version) => (best === null || compareVersions(version, best) > 0 ? version : best),
    null,
  );
}
