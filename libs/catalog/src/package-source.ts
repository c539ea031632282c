import type { PackagePin, PackageSide } from './release.js';

export interface OfferedVersion {
  /** As its side spells it (PEP 440 normalised, SemVer). */
  readonly version: string;
  readonly stable: boolean;
  /** Yanked, deprecated or quarantined: never chosen unless it is named. */
  readonly withdrawn: boolean;
}

/** What upstream has of a name. */
export interface PackageOffer {
  /** Lowest first, in the order of its side. */
  readonly versions: readonly OfferedVersion[];
  /** What a client would choose that asks for nothing; null where nothing stable is left. */
  readonly newest: string | null;
}

/** Told while files are fetched: so many of so many are there. */
export type PullProgress = (
  filename: string,
  progress: { readonly done: number; readonly of: number },
) => void;

/** A file that was fetched; its name is the one that was asked for. */
export interface PulledFile {
  readonly kind: 'wheel' | 'sdist' | 'tarball';
  readonly filename: string;
  readonly size: number;
  readonly sha256: string;
}

/**
 * Where packages come from that the store doesn't own. Never asks about a name that it owns. To be called outside
 * transactions: every method may use the network, bounded in time, and throws `upstream-unreachable` (unavailable) where
 * upstream doesn't answer and what it said earlier doesn't suffice.
 */
export abstract class PackageSource {
  /** Whether there is an upstream for that side; where there is none, everything is answered with undefined. */
  abstract isOn(side: PackageSide): boolean;
  /**
   * Throws what stands against a new package of that name with files of our own: `name-taken-upstream`, and on npm
   * `scope-taken` for a scope that another publisher uses. A silent upstream stands against nothing.
   */
  abstract requireFree(side: PackageSide, name: string, publisher: string): Promise<void>;
  /** Undefined where upstream doesn't have the name. */
  abstract offer(side: PackageSide, name: string): Promise<PackageOffer | undefined>;
  /**
   * Fetches, verifies, inspects and keeps what the version consists of: the shelf has it when this returns. Answers with
   * the names of wheels that were left upstream, since all together are too many; undefined where upstream doesn't have
   * the version.
   */
  abstract pull(pin: PackagePin, onProgress: PullProgress): Promise<readonly string[] | undefined>;
  /** The same for one file; undefined where upstream doesn't have it. */
  abstract pullFile(side: PackageSide, name: string, filename: string): Promise<PulledFile | undefined>;
}
