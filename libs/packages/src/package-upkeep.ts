import type { AuditedAct } from '#kernel';
import type { PackageSide } from './package-side.js';

/** Which package is changed, and what the audit log says of it: with the change, or not at all. */
export interface PackageChange {
  readonly side: PackageSide;
  readonly name: string;
  readonly act: AuditedAct;
}

/** Keeps what its maintainers say of a package beside its files. What is done twice is done once. */
export abstract class PackageUpkeep {
  /** Says of versions that they are deprecated; null: that they no longer are. */
  abstract deprecate(
    change: PackageChange,
    versions: readonly string[],
    message: string | null,
  ): Promise<void>;
  /** Throws `package-version-not-found`. */
  abstract pointTag(change: PackageChange, tag: string, version: string): Promise<void>;
  /** False where there was no such tag. */
  abstract removeTag(change: PackageChange, tag: string): Promise<boolean>;
  /** The usernames of those who were added to the package itself. */
  abstract addedMaintainers(side: PackageSide, name: string): Promise<readonly string[]>;
  /** Names of packages with something that everybody may see, in their order. */
  abstract ofPublisher(side: PackageSide, publisher: string, limit: number): Promise<readonly string[]>;
  /** The same of those that the person of that name maintains. */
  abstract ofPerson(side: PackageSide, username: string, limit: number): Promise<readonly string[]>;
  /** By usernames. Throws `maintainer-not-found`, `too-many-maintainers`. */
  abstract changeMaintainers(
    change: PackageChange,
    usernames: { readonly added: readonly string[]; readonly removed: readonly string[] },
  ): Promise<void>;
}
