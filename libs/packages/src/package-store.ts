import type { AuditedAct } from '#kernel';
import type { NpmArtifact, PythonArtifact } from './artifact.js';
import type { NpmSignature } from './package-index.js';
import type { PackageSide } from './package-side.js';

/** A file that somebody uploaded by itself, not with a release; its bytes are kept already. */
export interface PackageUpload {
  readonly side: PackageSide;
  readonly artifact: NpmArtifact | PythonArtifact;
  /** Whose the package is, or becomes. */
  readonly publisher: string;
  /** The username of whoever uploads. */
  readonly by: string;
  readonly at: number;
  /** npm's dist-tags that shall point to the version. */
  readonly tags: readonly string[];
  readonly act: AuditedAct;
}

/** Keeps packages. The row decides races: whoever writes it first has the version. */
export abstract class PackageStore {
  /**
   * Adds the file, its version and its package: whole or not at all; false when all of it was there already, with the
   * same bytes. Throws `package-owned` when the package is another publisher's, `file-taken` when the version has other
   * bytes under that name (or has its one tarball or sdist), `package-quarantined`.
   */
  abstract add(upload: PackageUpload): Promise<boolean>;
  /**
   * Keeps signatures of an npm package's tarballs, by file name, where there are none yet. Returns those that there are
   * now: what was there first stays.
   */
  abstract keepSignatures(
    name: string,
    made: ReadonlyMap<string, readonly NpmSignature[]>,
  ): Promise<ReadonlyMap<string, readonly NpmSignature[]>>;
  /** The publishers that own packages in the npm scope (`@acme`). */
  abstract scopePublishers(scope: string): Promise<readonly string[]>;
  /** Whether the account may upload to the package without being a member of its publisher. */
  abstract isMaintainer(side: PackageSide, name: string, accountId: string): Promise<boolean>;
}
