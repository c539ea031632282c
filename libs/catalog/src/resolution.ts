import type { PackageShelf } from './package-shelf.js';
import type { PackageSource, PullProgress } from './package-source.js';
import type { PackagePin, ReleaseArtifact } from './release.js';
import type { PackageUpload } from './uploaded-artifact.js';

/** A package version that the release names, and its files. */
export interface ResolvedPackage {
  readonly pin: PackagePin;
  /** Those that the store doesn't hold yet. */
  readonly uploads: readonly PackageUpload[];
  readonly held: readonly ReleaseArtifact[];
  /** Names of wheels that stay upstream until somebody asks for one. */
  readonly leftOut: readonly string[];
  /** Chosen by what upstream's index says; its files were not fetched. */
  readonly unseen: boolean;
}

/** How far resolving may go: fetch bytes, look at upstream's index, or neither for now. */
export type Fetching = 'pull' | 'look' | 'not-yet';

export interface ResolveOptions {
  readonly publisher: string;
  readonly shelf: PackageShelf;
  readonly source: PackageSource;
  readonly fetching: Fetching;
  /** Whether names that come with files are taken without asking upstream whether it has them. */
  readonly namesAreOurs: boolean;
  readonly onProgress: PullProgress;
}
