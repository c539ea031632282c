import type { ApiKeyKind } from '#kernel';
import type { MemberRole } from './authorize.js';
import type { Role } from './role.js';
import type { AccountScope, HostScope } from './scope.js';

interface CredentialFacts {
  /** The session's, token's or key's own id. */
  readonly id: string;
  /** Milliseconds since the epoch; null where it never ends by itself. */
  readonly expiresAt: number | null;
}

export interface SessionCredential extends CredentialFacts {
  readonly kind: 'session';
  readonly expiresAt: number;
  readonly accountId: string;
}

export interface TokenCredential extends CredentialFacts {
  readonly kind: 'token';
  readonly expiresAt: number;
  readonly accountId: string;
  readonly scopes: readonly AccountScope[];
  readonly publisher: string | null;
  readonly plugins: readonly string[];
  readonly packages: readonly string[] | null;
  readonly networks: readonly string[] | null;
}

export interface HostCredential extends CredentialFacts {
  readonly kind: 'host';
  readonly hostId: string;
  readonly hostName: string;
  readonly scopes: readonly HostScope[];
}

export interface PluginCredential extends CredentialFacts {
  readonly kind: 'plugin';
  readonly installationId: string;
}

/** A token or a key: whatever is sent as `mrt_…`. */
export type KeyCredential = TokenCredential | HostCredential | PluginCredential;

/** A person as of now. */
export interface AccountFacts {
  readonly id: string;
  readonly username: string;
  readonly roles: readonly Role[];
}

export interface CredentialUse {
  readonly kind: KeyCredential['kind'];
  readonly id: string;
  readonly at: number;
}

/** Finds who stands behind a credential. Whatever is revoked is not found; whatever has expired may be. */
export abstract class CredentialStore {
  /** The token or key whose SHA-256 this is, of the kind that its text claims. */
  abstract findKey(kind: ApiKeyKind, sha256: string): Promise<KeyCredential | undefined>;
  abstract findSession(id: string): Promise<SessionCredential | undefined>;
  abstract findAccount(id: string): Promise<AccountFacts | undefined>;
  /** The roles of a publisher's members by account id; undefined where there is no such publisher. */
  abstract memberRoles(publisher: string): Promise<ReadonlyMap<string, MemberRole> | undefined>;
  /** Whether the session or token of that id was revoked, rather than expired. */
  abstract isRevoked(id: string): Promise<boolean>;
  /** Remembers when credentials were last used. May be lost when the machine stops at that moment. */
  abstract recordUses(uses: readonly CredentialUse[]): Promise<void>;
}
