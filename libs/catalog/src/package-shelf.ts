import type { PackagePin, PackageSide, ReleaseArtifact } from './release.js';

export interface HeldVersion {
  readonly version: string;
  readonly stable: boolean;
  readonly quarantined: { readonly reason: string | null } | null;
  /** Whether an approved release has it, so that everyone may know of it. */
  readonly known: boolean;
}

export interface HeldPackage {
  /** The publisher that it belongs to. */
  readonly owner: string;
  /** Lowest first, in the order of its side (SemVer, PEP 440). */
  readonly versions: readonly HeldVersion[];
}

/** What the store holds of packages, for the releases that name them. */
export abstract class PackageShelf {
  abstract find(side: PackageSide, name: string): Promise<HeldPackage | undefined>;
  /** The files of a package version; none where there is no such version. */
  abstract files(pin: PackagePin): Promise<readonly ReleaseArtifact[]>;
  /** Whether the npm tarball of the version has that file, by its path below the package's root. */
  abstract tarballHas(pin: PackagePin, path: string): Promise<boolean>;
}
