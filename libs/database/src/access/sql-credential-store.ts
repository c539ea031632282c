import { CredentialStore } from '#access';
import type {
  AccountFacts,
  CredentialUse,
  HostCredential,
  KeyCredential,
  MemberRole,
  PluginCredential,
  SessionCredential,
  TokenCredential,
} from '#access';
import type { ApiKeyKind } from '#kernel';
import { IsNull, Not } from 'typeorm';
import type { Database } from '../database.js';
import { AccountRow, PublisherMemberRow, PublisherRow, SessionRow, TokenRow } from '../rows/access-rows.js';
import { ApiKeyRow, HostRow } from '../rows/install-rows.js';

/** Credentials in SQL. */
export class SqlCredentialStore extends CredentialStore {
  constructor(private readonly database: Database) {
    super();
  }

  async findKey(kind: ApiKeyKind, sha256: string): Promise<KeyCredential | undefined> {
    switch (kind) {
      case 'pat':
        return this.findToken(sha256);
      case 'host':
        return this.findHostKey(sha256);
      case 'plugin':
        return this.findPluginKey(sha256);
    }
  }

  async findSession(id: string): Promise<SessionCredential | undefined> {
    const row = await this.database.read((sql) => sql.findOneBy(SessionRow, { id, revoked_at: IsNull() }));
    if (!row) return undefined;
    return { kind: 'session', id: row.id, expiresAt: row.expires_at, accountId: row.account_id };
  }

  async findAccount(id: string): Promise<AccountFacts | undefined> {
    const row = await this.database.read((sql) => sql.findOneBy(AccountRow, { id }));
    return row ? { id: row.id, username: row.username, roles: row.roles } : undefined;
  }

  async memberRoles(publisher: string): Promise<ReadonlyMap<string, MemberRole> | undefined> {
    return this.database.read(async (sql) => {
      if (!(await sql.existsBy(PublisherRow, { id: publisher }))) return undefined;
      const rows = await sql.findBy(PublisherMemberRow, { publisher });
      return new Map(rows.map((row) => [row.account_id, row.role]));
    });
  }

  async isRevoked(id: string): Promise<boolean> {
    const revoked = { id, revoked_at: Not(IsNull()) };
    return this.database.read(
      async (sql) => (await sql.existsBy(TokenRow, revoked)) || (await sql.existsBy(SessionRow, revoked)),
    );
  }

  async recordUses(uses: readonly CredentialUse[]): Promise<void> {
    await this.database.write(
      async (sql) => {
        for (const { kind, id, at } of uses) {
          const holder = kind === 'token' ? TokenRow : ApiKeyRow;
          await sql.update(holder, { id }, { last_used_at: at });
        }
      },
      { durable: false, turn: false },
    );
  }

  private async findToken(sha256: string): Promise<TokenCredential | undefined> {
    const row = await this.database.read((sql) => sql.findOneBy(TokenRow, { sha256, revoked_at: IsNull() }));
    if (!row) return undefined;
    return {
      kind: 'token',
      id: row.id,
      expiresAt: row.expires_at,
      accountId: row.account_id,
      scopes: row.scopes as TokenCredential['scopes'],
      publisher: row.publisher,
      plugins: row.plugins,
      packages: row.packages,
      networks: row.networks,
    };
  }

  private async findHostKey(sha256: string): Promise<HostCredential | undefined> {
    return this.database.read(async (sql) => {
      const key = await sql.findOneBy(ApiKeyRow, { sha256, kind: 'host', revoked_at: IsNull() });
      const host = key && (await sql.findOneBy(HostRow, { id: key.host_id, removed_at: IsNull() }));
      if (!key || !host) return undefined;
      return {
        kind: 'host',
        id: key.id,
        expiresAt: key.expires_at,
        hostId: host.id,
        hostName: host.name,
        scopes: key.scopes as HostCredential['scopes'],
      };
    });
  }

  private async findPluginKey(sha256: string): Promise<PluginCredential | undefined> {
    const row = await this.database.read((sql) =>
      sql.findOneBy(ApiKeyRow, { sha256, kind: 'plugin', revoked_at: IsNull() }),
    );
    if (!row?.installation_id) return undefined;
    return { kind: 'plugin', id: row.id, expiresAt: row.expires_at, installationId: row.installation_id };
  }
}
