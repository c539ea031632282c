import type { NpmArtifact, PythonArtifact } from '../artifact.js';
import type { PackageSide } from '../package-side.js';

export interface KeptMetadata {
  readonly sha256: string;
  readonly size: number;
}

/** Keeps what was pulled from upstream, under names that nobody owns here. */
export abstract class PulledPackages {
  /**
   * Adds the file, its version and its package, as far as they aren't there: durable when it returns. The version may be
   * there in another spelling; then the file is of that one. False, and nothing is changed, where the name has an owner.
   * Throws `upstream-changed` where the name of the file stands for other bytes.
   */
  abstract add(artifact: NpmArtifact | PythonArtifact, at: number): Promise<boolean>;
  /** Writes down that bytes are kept which are the METADATA of a wheel of upstream's: durable when it returns. */
  abstract addMetadata(name: string, kept: KeptMetadata, at: number): Promise<void>;
  /** Puts what inspection found in the place of what only upstream's page said. */
  abstract describe(artifact: NpmArtifact | PythonArtifact): Promise<void>;
  /** Quarantined versions and why, of a name that nobody owns. */
  abstract quarantined(side: PackageSide, name: string): Promise<ReadonlyMap<string, string>>;
}
