import type { AuditedAct, PluginId, Version } from '#kernel';
import type { PackagePin, Release, ReleaseArtifact, Trust } from './release.js';

/** A file that came with a release. */
export interface Upload {
  readonly artifact: ReleaseArtifact;
  /** The package version that it is a file of; null for what belongs to the release alone. */
  readonly pin: PackagePin | null;
}

/** All that one publication writes, in one transaction. */
export interface Publication {
  readonly release: Release;
  /** As it was sent. */
  readonly descriptorBytes: Uint8Array;
  /** What the store did not hold before; the bytes are kept already, and what inspection found is kept as it is. */
  readonly uploads: readonly Upload[];
  /** What it held of the packages that the release names. */
  readonly held: readonly Upload[];
  readonly act: AuditedAct;
}

/** A version, and the label that it was published under where that wasn't SemVer. */
export interface LabelledVersion {
  readonly version: Version;
  readonly label: string | null;
}

/** Keeps releases. A release, once added, never changes but for its standing. */
export abstract class ReleaseStore {
  abstract find(plugin: PluginId, version: Version): Promise<Release | undefined>;
  /**
   * Adds the release with its package versions and files, points the channels to it that its descriptor names (one that isn't approved gets them with its approval), and
   * announces it: whole or not at all. Throws `version-taken` when the version exists, `package-owned` when a package
   * of an upload has another owner, `file-taken` when a package version has a file that an upload contradicts, and
   * `package-quarantined` when a pinned version was withdrawn meanwhile.
   */
  abstract add(publication: Publication): Promise<void>;
  /** Every version that the plugin ever had; none where there is no such plugin. */
  abstract versions(plugin: PluginId): Promise<readonly LabelledVersion[]>;
  abstract publisherTrust(publisher: string): Promise<Trust>;
}
