import type { Actor, Page, PageRequest, PluginId, Version } from '#kernel';
import type { KeyFacts, NewKey } from './host-store.js';
import type { InstallableRelease, PluginChoices, Trust } from './installable-release.js';

/** One plugin release on one host. */
export interface Installation {
  readonly id: string;
  readonly hostId: string;
  readonly plugin: PluginId;
  readonly version: Version;
  /** What was asked for, so that updates can follow it; both null for an exact version or `latest`. */
  readonly range: string | null;
  readonly channel: string | null;
  /** How far the host trusts it: less than the store, never more. */
  readonly trust: Trust;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface InstallationMove {
  readonly from: Installation;
  readonly to: Installation;
  readonly scopes: readonly string[];
  readonly actor: Actor;
}

export interface InstallationReport {
  readonly kind: 'loaded' | 'unloaded' | 'warning' | 'failed';
  readonly message: string;
  readonly interface: string | null;
  readonly version: Version;
  /** When it happened, by the host's clock. */
  readonly at: number;
  readonly receivedAt: number;
}

/** Which keys of an installation end when it gets a new one, and when. */
export interface KeyReplacement {
  /** The id of one of them; null for none. */
  readonly which: 'all' | { readonly id: string } | null;
  readonly at: number;
}

/** Reads what may be installed. Implemented on the catalogue's tables. */
export abstract class InstallableReleases {
  /** With every release, whatever its review: the caller decides who may see which. */
  abstract choices(plugin: PluginId): Promise<PluginChoices | undefined>;
  abstract find(plugin: PluginId, version: Version): Promise<InstallableRelease | undefined>;
}

/** Keeps what is installed where, and the keys of each installation. All but reports are audited in the same transaction. */
export abstract class InstallationStore {
  /**
   * Adds an installation with its first key. When the host has the release already, adds nothing and returns the one
   * that is there: of several at once exactly one is added. Throws `id-taken`.
   */
  abstract add(installation: Installation, key: NewKey, actor: Actor): Promise<Installation | undefined>;
  abstract find(hostId: string, id: string): Promise<Installation | undefined>;
  abstract findRelease(hostId: string, plugin: PluginId, version: Version): Promise<Installation | undefined>;
  /** All of a host's live installations, by age. */
  abstract list(hostId: string): Promise<readonly Installation[]>;
  /** Rises with every change of a host's installations. */
  abstract revision(hostId: string): Promise<number>;
  /**
   * Makes `from` into `to`, another release or another trust; the keys stay and get `scopes`. False, and nothing is
   * done, where it isn't as in `from` any more. Throws `already-installed`, `installation-not-found`.
   */
  abstract move(move: InstallationMove): Promise<boolean>;
  /** Revokes its keys. Whether there was such a live installation. */
  abstract remove(hostId: string, id: string, actor: Actor, at: number): Promise<boolean>;
  /** Adds a key that may do what the installation's keys may, and ends those that it replaces. Throws `id-taken`. */
  abstract addKey(
    installation: Installation,
    key: Omit<NewKey, 'scopes'>,
    actor: Actor,
    replaced: KeyReplacement,
  ): Promise<NewKey>;
  abstract keys(installationId: string, now: number): Promise<readonly KeyFacts[]>;
  abstract revokeKey(installation: Installation, keyId: string, actor: Actor, at: number): Promise<boolean>;
  /** Keeps the newest of an installation's reports, up to a limit; the same again is the one that is there. */
  abstract addReport(installation: Installation, report: InstallationReport): Promise<void>;
  /** Newest first. Throws `invalid-cursor`. */
  abstract reports(installationId: string, page: PageRequest): Promise<Page<InstallationReport>>;
  /** As the plugin's own people see them: which hosts they came from stays untold. */
  abstract pluginReports(plugin: PluginId, page: PageRequest): Promise<Page<InstallationReport>>;
}

/** What checking a key brings to light; kept in memory by whoever asks often. */
export interface PluginKeyFacts {
  readonly keyId: string;
  readonly hostId: string;
  readonly installationId: string;
  readonly plugin: PluginId;
  readonly version: Version;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

/** Finds live keys by digest, for introspection and revocation. */
export abstract class KeyStore {
  /** Undefined for any key that isn't a plugin's, or was revoked, or whose installation is gone. */
  abstract findPluginKey(sha256: string): Promise<PluginKeyFacts | undefined>;
  /** Revokes a key of the host's own or of one of its installations; false when it is neither. */
  abstract revoke(hostId: string, sha256: string, actor: Actor, at: number): Promise<boolean>;
}
