import type { Role } from './role.js';
import type { AccountScope, HostScope } from './scope.js';

/** A person, by a session or by a token of theirs. */
export interface AccountPrincipal {
  readonly kind: 'account';
  readonly accountId: string;
  readonly username: string;
  /** What the person is now, not when the credential was made. */
  readonly roles: readonly Role[];
  readonly via: 'session' | 'token' | 'password';
  /** The session's or the token's id; where somebody came with their password, their account's. */
  readonly credentialId: string;
  /** Whoever comes without a token has all of their person's. */
  readonly scopes: readonly AccountScope[];
  /** A token may be narrowed to one publisher and to plugins (`publisher/name`, `*` for any run of characters). */
  readonly publisher: string | null;
  readonly plugins: readonly string[];
  /** Patterns of the packages that a token is limited to (`npm:@acme/*`); null: all. It then writes nothing else. */
  readonly packages: readonly string[] | null;
  /** Networks (CIDR) that a token may be used from; null: all. */
  readonly networks: readonly string[] | null;
  /** When the token ends, and with it all that it mints; null for a session, which doesn't bound its tokens. */
  readonly expiresAt: number | null;
}

/** A host, by one of its keys. */
export interface HostPrincipal {
  readonly kind: 'host';
  readonly hostId: string;
  readonly hostName: string;
  readonly credentialId: string;
  readonly scopes: readonly HostScope[];
}

/** An installed plugin, by its key: known to the store, but no route is open to it as such. */
export interface PluginPrincipal {
  readonly kind: 'plugin';
  readonly installationId: string;
  readonly credentialId: string;
}

export interface AnonymousPrincipal {
  readonly kind: 'anonymous';
}

export const anonymous: AnonymousPrincipal = { kind: 'anonymous' };

export type Principal = AnonymousPrincipal | AccountPrincipal | HostPrincipal | PluginPrincipal;
