import type { PluginId, Version } from '#kernel';
import type { Descriptor, Problem } from '#descriptor';

export type ReleaseState = 'active' | 'yanked' | 'quarantined';
export type Review = 'approved' | 'pending' | 'rejected';
export type Trust = 'trusted' | 'untrusted';
export type PackageSide = 'npm' | 'python';

/** A version of a package that a release names: one of npm's, or one of Python's (normalised, PEP 503 and 440). */
export interface PackagePin {
  readonly side: PackageSide;
  readonly package: string;
  readonly version: string;
}

/** Bytes that a release is made of: those that came with it, and those of its pinned packages that were there before. */
export interface ReleaseArtifact {
  readonly kind: 'wheel' | 'sdist' | 'tarball' | 'icon' | 'lock';
  readonly filename: string;
  readonly size: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** What became of a release's use; four things that are never mixed. */
export interface Standing {
  readonly yanked: { readonly reason: string; readonly at: number } | null;
  readonly quarantined: { readonly reason: string; readonly at: number } | null;
  readonly deprecated: { readonly message: string; readonly replacedBy: string | null } | null;
  readonly review: Review;
  readonly reviewReason: string | null;
  /** A moderator's word; null: as its publisher's. */
  readonly trustOverride: Trust | null;
}

/** One version of a plugin. All but its standing never changes. */
export interface Release {
  readonly id: string;
  readonly plugin: PluginId;
  readonly version: Version;
  readonly versionLabel: string | null;
  readonly descriptor: Descriptor;
  readonly descriptorSha256: string;
  readonly descriptorSize: number;
  readonly publishedAt: number;
  /** The username of whoever published it. */
  readonly publishedBy: string;
  readonly pins: readonly PackagePin[];
  /** By file name. */
  readonly artifacts: readonly ReleaseArtifact[];
  /** The warnings that its descriptor was read with. */
  readonly problems: readonly Problem[];
  readonly standing: Standing;
  /** The publisher's, unless a moderator decided otherwise. */
  readonly trust: Trust;
}

/** Quarantined outweighs yanked. */
export function stateOf(standing: Standing): ReleaseState {
  if (standing.quarantined) return 'quarantined';
  return standing.yanked ? 'yanked' : 'active';
}

export function stateReasonOf(standing: Standing): string | null {
  return (standing.quarantined ?? standing.yanked)?.reason ?? null;
}
