import { limits, LoadedCache, parseApiKey } from '#kernel';
import type { Clock } from '#kernel';
import type { MemberRole } from './authorize.js';
import type {
  AccountFacts,
  CredentialStore,
  CredentialUse,
  KeyCredential,
  SessionCredential,
} from './credential-store.js';
import { badCredential, publisherNotFound } from './errors.js';
import type { AccountPrincipal, Principal } from './principal.js';
import { scopesWithin } from './scope.js';

/**
 * Finds the principal behind a credential, from memory where it can: whatever a commit changes is forgotten before that
 * commit is answered, so that a revoked key is refused on the next request. Expiry is looked at on every use.
 */
export class Principals {
  private readonly keys: LoadedCache<KeyCredential>;
  private readonly sessions: LoadedCache<SessionCredential>;
  private readonly accounts: LoadedCache<AccountFacts>;
  private readonly members: LoadedCache<ReadonlyMap<string, MemberRole>>;
  private uses = new Map<string, CredentialUse>();

  constructor(
    private readonly store: CredentialStore,
    private readonly clock: Clock,
  ) {
    const capacity = limits.credentialsKeptInMemory;
    this.keys = new LoadedCache(capacity, (text) => this.loadKey(text));
    this.sessions = new LoadedCache(capacity, (id) => store.findSession(id));
    this.accounts = new LoadedCache(capacity, (id) => store.findAccount(id));
    this.members = new LoadedCache(capacity, (publisher) => store.memberRoles(publisher));
  }

  /** Whose token or key this is. Throws `bad-credential` for anything that isn't one in force. */
  async ofKey(text: string): Promise<Principal> {
    const parsed = parseApiKey(text);
    if (!parsed) throw badCredential();
    const credential = await this.keys.get(`${parsed.kind}:${parsed.sha256}`);
    if (!credential || this.hasEnded(credential)) throw badCredential();
    this.noteUse(credential);
    if (credential.kind !== 'token') return toPrincipal(credential);
    const { id, accountId, scopes, publisher, plugins, packages, networks, expiresAt } = credential;
    const account = await this.accounts.get(accountId);
    if (!account) throw badCredential();
    return {
      ...ofAccount(account),
      via: 'token',
      credentialId: id,
      scopes: scopesWithin(account.roles).filter((scope) => scopes.includes(scope)),
      publisher,
      plugins,
      packages,
      networks,
      expiresAt,
    };
  }

  /** Whose session this is. Throws `bad-credential` for one that has ended. */
  async ofSession(id: string): Promise<AccountPrincipal> {
    const session = await this.sessions.get(id);
    if (!session || this.hasEnded(session)) throw badCredential();
    const account = await this.accounts.get(session.accountId);
    if (!account) throw badCredential();
    return { ...unlimited(account), via: 'session', credentialId: session.id };
  }

  /** Who came with the right password of the account. */
  async ofPassword(accountId: string): Promise<AccountPrincipal> {
    const account = await this.accounts.get(accountId);
    if (!account) throw badCredential();
    return { ...unlimited(account), via: 'password', credentialId: accountId };
  }

  /** What the account is to the publisher now. Throws `publisher-not-found` where there is none. */
  async memberRole(publisher: string, accountId: string): Promise<MemberRole | undefined> {
    const roles = await this.members.get(publisher);
    if (!roles) throw publisherNotFound(publisher);
    return roles.get(accountId);
  }

  /**
   * For what goes on without the request that asked for it, and may end later than its credential lasts. Throws
   * `bad-credential` where the session or token of that id was revoked.
   */
  async requireUnrevoked(credentialId: string): Promise<void> {
    if (await this.store.isRevoked(credentialId)) throw badCredential();
  }

  /** To be told whenever a commit changed a credential: its SHA-256, or the id of a session or an account. */
  forgetCredential(key: string): void {
    for (const kind of ['pat', 'host', 'plugin']) this.keys.forget(`${kind}:${key}`);
    this.sessions.forget(key);
    this.accounts.forget(key);
  }

  /** To be told whenever a commit changed a publisher or its members. */
  forgetPublisher(publisher: string): void {
    this.members.forget(publisher);
  }

  /** To be told when commits may have been missed. */
  forgetAll(): void {
    for (const cache of [this.keys, this.sessions, this.accounts, this.members]) cache.forgetAll();
  }

  /** Writes down the uses since the last time, in one go. */
  async writeUses(): Promise<void> {
    if (this.uses.size === 0) return;
    const uses = [...this.uses.values()];
    this.uses = new Map();
    await this.store.recordUses(uses);
  }

  private async loadKey(key: string): Promise<KeyCredential | undefined> {
    const colon = key.indexOf(':');
    return this.store.findKey(key.slice(0, colon) as 'pat' | 'host' | 'plugin', key.slice(colon + 1));
  }

  private hasEnded(credential: { readonly expiresAt: number | null }): boolean {
    return credential.expiresAt !== null && credential.expiresAt <= this.clock.now();
  }

  /** Remembers that a credential was used just now, for the next `writeUses`. */
  noteUse({ kind, id }: Pick<KeyCredential, 'kind' | 'id'>): void {
    // Past the limit a first use waits for the next round; keys that are in the list already are updated.
    if (this.uses.size >= limits.lastUsesKeptInMemory && !this.uses.has(id)) return;
    this.uses.set(id, { kind, id, at: this.clock.now() });
  }
}

function ofAccount({ id, username, roles }: AccountFacts) {
  return { kind: 'account', accountId: id, username, roles } as const;
}

/** All that the person may, for as long as they are there. */
function unlimited(account: AccountFacts) {
  return {
    ...ofAccount(account),
    scopes: scopesWithin(account.roles),
    publisher: null,
    plugins: [],
    packages: null,
    networks: null,
    expiresAt: null,
  };
}

function toPrincipal(credential: Exclude<KeyCredential, { kind: 'token' }>): Principal {
  return credential.kind === 'host'
    ? {
        kind: 'host',
        hostId: credential.hostId,
        hostName: credential.hostName,
        credentialId: credential.id,
        scopes: credential.scopes,
      }
    : { kind: 'plugin', installationId: credential.installationId, credentialId: credential.id };
}
