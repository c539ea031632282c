import type { NpmArtifact, PythonArtifact } from './artifact.js';
import type { PackageSide } from './package-side.js';

/** A signature over `name@version:integrity`, as npm's `dist.signatures` has them. */
export interface NpmSignature {
  readonly keyid: string;
  readonly sig: string;
}

export interface IndexedFile {
  /** What inspection found; its name, size and digest are those of the file. */
  readonly artifact: NpmArtifact | PythonArtifact;
  readonly signatures: readonly NpmSignature[] | null;
  /** Milliseconds since the epoch. */
  readonly uploadedAt: number;
}

export interface IndexedVersion {
  readonly version: string;
  readonly createdAt: number;
  /** The username of whoever uploaded it. */
  readonly createdBy: string | null;
  /** What `npm deprecate` says of it. */
  readonly deprecated: string | null;
  /** Set when every approved release of its publisher that pins it is yanked, and there is one. */
  readonly yanked: { readonly reason: string } | null;
  readonly quarantined: { readonly reason: string } | null;
  /** By file name. */
  readonly files: readonly IndexedFile[];
}

/** A package as everybody may see it. */
export interface IndexedPackage {
  readonly side: PackageSide;
  readonly name: string;
  /** Null: it is upstream's; its versions are then no more than those of which something was pulled. */
  readonly publisher: string | null;
  readonly createdAt: number;
  /** Lowest first, in the order of its side. A quarantined version is there, to be told of, and none of its files may be served. */
  readonly versions: readonly IndexedVersion[];
  /** npm's dist-tags; they may point to versions that are not there for everybody. */
  readonly tags: Readonly<Record<string, string>>;
  /** Usernames: the publisher's members, and those added to the package itself. */
  readonly maintainers: readonly string[];
}

/** A file by its address, and whether it may be had. */
export interface ServedFile {
  readonly sha256: string;
  readonly size: number;
  readonly version: string;
  readonly quarantined: { readonly reason: string } | null;
  /** What inspection found. */
  readonly artifact: NpmArtifact | PythonArtifact;
}

/**
 * Reads packages for those who install them. Files that came with a release are there once an approved release has them;
 * what was pulled is not there where the name has an owner.
 */
export abstract class PackageIndex {
  /** Undefined where there is no such name, or nothing of it that everybody may see. */
  abstract find(side: PackageSide, name: string): Promise<IndexedPackage | undefined>;
  abstract file(side: PackageSide, name: string, filename: string): Promise<ServedFile | undefined>;
  /** The one tarball of an npm package's version, whatever its file was called when it came in. */
  abstract tarball(name: string, version: string): Promise<ServedFile | undefined>;
  /** Whose the name is: a publisher, null for upstream's, undefined where the store doesn't know it. */
  abstract owner(side: PackageSide, name: string): Promise<string | null | undefined>;
  /** Names with an owner and with something that everybody may see, in their order. */
  abstract names(side: PackageSide, after: string, limit: number): Promise<readonly string[]>;
}
