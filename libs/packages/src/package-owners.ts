import type { AuditedAct } from '#kernel';
import type { PackageSide } from './package-side.js';

/** Keeps whose names are. */
export abstract class PackageOwners {
  /**
   * Gives the name, which may be new here, upstream's or another publisher's, to `publisher`: with its audit entry, or not
   * at all. Whoever was added to the package for its former owner is no longer. Throws `publisher-not-found`.
   */
  abstract give(side: PackageSide, name: string, publisher: string, act: AuditedAct): Promise<void>;
}
