import type { NpmArtifact, PythonArtifact } from '../artifact.js';
import type { PackageSide } from '../package-side.js';

/** A version that upstream has files of. */
export interface UpstreamVersion {
  /** As its side spells it: PEP 440 normalised, SemVer. */
  readonly version: string;
  readonly stable: boolean;
  /** On npm: the message of its deprecation; never set on the Python side. */
  readonly deprecated: string | null;
  readonly yanked: { readonly reason: string } | null;
  readonly quarantined: { readonly reason: string } | null;
}

export interface UpstreamVersions {
  /** Lowest first, in the order of its side. */
  readonly versions: readonly UpstreamVersion[];
  /**
   * What a client would choose that asks for nothing: npm's `latest` where that is stable, else the highest stable
   * version; never one that is deprecated, yanked or quarantined, unless there is no other of the first two. Null where
   * nothing stable is left.
   */
  readonly newest: string | null;
}

/** What a pull came to. */
export interface PulledVersion {
  readonly version: string;
  /** Kept, durable, and in the index when `pull` returns: a version's tarball, or its wheels and its sdist. */
  readonly artifacts: readonly (NpmArtifact | PythonArtifact)[];
  /** Names of wheels that were left upstream, to be fetched once somebody asks for one: all of them together are too many, or too large. */
  readonly leftOut: readonly string[];
}

export interface PullProgress {
  readonly filename: string;
  /** Files that are done, of so many. */
  readonly done: number;
  readonly of: number;
}

/**
 * Versions that upstream has, for those who pin one. Never asks upstream about a name that the store owns: it has
 * nothing of that name. Throws `upstream-unreachable` (unavailable) where upstream doesn't answer and nothing was kept.
 */
export abstract class UpstreamPackages {
  /** Whether there is an upstream for that side; where there is none, nothing below has anything. */
  abstract isOn(side: PackageSide): boolean;
  /** Undefined where upstream is off, or doesn't have the name. */
  abstract versions(side: PackageSide, name: string): Promise<UpstreamVersions | undefined>;
  /**
   * Fetches what the version consists of, as far as it isn't there yet: verified against upstream's hashes, inspected.
   * Undefined where upstream doesn't have that version, in any spelling. Throws what inspection refuses, and
   * `upstream-mismatch` where the bytes aren't those that upstream's index promises. To be called outside transactions.
   */
  abstract pull(
    side: PackageSide,
    name: string,
    version: string,
    onProgress?: (progress: PullProgress) => void,
  ): Promise<PulledVersion | undefined>;
}
