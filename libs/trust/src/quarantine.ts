import type { PluginId, Version } from '#kernel';

export interface ReleaseName {
  readonly plugin: PluginId;
  readonly version: Version;
}

/** A version of a package on the store's npm or Python side. */
export interface PackageVersionName {
  readonly side: 'npm' | 'python';
  readonly package: string;
  readonly version: string;
}

/** That something must not be used, and why. */
export interface Quarantine {
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What a quarantine brought about besides itself. */
export interface QuarantineFollowers {
  /** Package versions that the release pinned and its publisher owns. */
  readonly packages: readonly PackageVersionName[];
  /** Other releases that pin a package version which is quarantined now. */
  readonly releases: readonly ReleaseName[];
}

/**
 * Whether a package version is quarantined: by a moderator's word about itself, else for a release that pins it, that
 * its owner published and that a moderator quarantined.
 */
export function quarantineOfPackage(
  decided: Quarantine | null,
  releases: readonly (ReleaseName & Quarantine)[],
): Quarantine | null {
  if (decided) return decided;
  const [first] = releases;
  return first
    ? {
        reason: `It came with ${first.plugin} ${first.version}, which is quarantined: ${first.reason}`,
        at: first.at,
      }
    : null;
}

/**
 * Whether a release is quarantined: by a moderator's word about itself, else for a package version that it pins. What
 * follows so far quarantines nothing further: only a moderator's word about a release reaches its packages.
 */
export function quarantineOfRelease(
  decided: Quarantine | null,
  pinned: readonly (PackageVersionName & Quarantine)[],
): Quarantine | null {
  if (decided) return decided;
  const [first] = pinned;
  return first
    ? {
        reason: `It pins ${first.package} ${first.version}, which is quarantined: ${first.reason}`,
        at: first.at,
      }
    : null;
}
