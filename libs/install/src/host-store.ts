import type { Actor, ApiKey, Page, PageRequest } from '#kernel';

/** An application that consumes plugins. */
export interface Host {
  readonly id: string;
  readonly name: string;
  /** What it is, e.g. `cloudlaunch`; with `version`, what plugins' `requires` is held against. */
  readonly kind: string | null;
  readonly version: string | null;
  /** Whose members may manage it beside its maker. */
  readonly publisher: string | null;
  readonly createdBy: string;
  readonly createdAt: number;
}

/** A host's or an installed plugin's key, as far as it may be shown. */
export interface KeyFacts {
  readonly id: string;
  readonly name: string | null;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

/** A key on its way into the store: `secret` is what its holder is shown once. */
export interface NewKey {
  readonly id: string;
  readonly name: string | null;
  readonly secret: ApiKey;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

/** What a caller who manages hosts may reach: those it made, and those of its publishers. */
export interface HostManager {
  readonly accountId: string;
  readonly actor: Actor;
}

/** Keeps hosts and their keys. Every change writes who made it into the audit log, in the same transaction. */
export abstract class HostStore {
  /** Throws `id-taken`. */
  abstract add(host: Host, key: NewKey, actor: Actor): Promise<void>;
  /** Undefined when there is none, or none that `manager` may manage. */
  abstract findManaged(id: string, manager: HostManager): Promise<Host | undefined>;
  abstract find(id: string): Promise<Host | undefined>;
  /** Whether the account is a member of the publisher, and so may put hosts under it. */
  abstract isMember(publisher: string, accountId: string): Promise<boolean>;
  /** By id. Throws `invalid-cursor`. */
  abstract listManaged(manager: HostManager, page: PageRequest): Promise<Page<Host>>;
  abstract update(host: Host, actor: Actor, at: number): Promise<void>;
  /** Revokes every key of the host and of its installations. */
  abstract remove(id: string, actor: Actor, at: number): Promise<void>;
  /** Throws `too-many` at the limit of live keys. `retireOthersAt` gives the other live keys an end. */
  abstract addKey(hostId: string, key: NewKey, actor: Actor, retireOthersAt: number | null): Promise<void>;
  abstract keys(hostId: string, now: number): Promise<readonly KeyFacts[]>;
  /** Whether there was a live key of that id. */
  abstract revokeKey(hostId: string, keyId: string, actor: Actor, at: number): Promise<boolean>;
}
