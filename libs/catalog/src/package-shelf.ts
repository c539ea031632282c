import type { PackagePin, PackageSide, ReleaseArtifact } from './release.js';

export interface HeldVersion {
  readonly version: string;
  readonly stable: boolean;
  readonly quarantined: { readonly reason: string | null } | null;
}

export interface HeldFile {
  readonly version: string;
  readonly artifact: ReleaseArtifact;
}

/** What the store holds of packages, for the releases that name them. */
export abstract class PackageShelf {
  /** The publisher that the package belongs to; null where it is upstream's, undefined where the store has none. */
  abstract owner(side: PackageSide, name: string): Promise<string | null | undefined>;
  /** The version, however it is spelt. */
  abstract find(pin: PackagePin): Promise<HeldVersion | undefined>;
  /** Lowest first, in the order of its side (SemVer, PEP 440). */
  abstract versions(side: PackageSide, name: string): Promise<readonly HeldVersion[]>;
  /** Whether an approved release has the version, so that everyone may know of it. */
  abstract isKnown(pin: PackagePin): Promise<boolean>;
  /** The files of a package version; none where there is no such version. */
  abstract files(pin: PackagePin): Promise<readonly ReleaseArtifact[]>;
  /** A file by its name, whichever version it is of. */
  abstract file(side: PackageSide, name: string, filename: string): Promise<HeldFile | undefined>;
  /** Those of its files that an approved release has, so that everyone may know of them. */
  abstract knownFiles(pin: PackagePin): Promise<readonly ReleaseArtifact[]>;
  /** Whether the npm tarball of the version has that file, by its path below the package's root. */
  abstract tarballHas(pin: PackagePin, path: string): Promise<boolean>;
}
