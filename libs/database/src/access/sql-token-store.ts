import { TokenStore } from '#access';
import type { Token } from '#access';
import { decodePageCursor, toPage } from '#kernel';
import type { AuditedAct, Page, PageRequest } from '#kernel';
import { IsNull, LessThan } from 'typeorm';
import type { FindOptionsWhere } from 'typeorm';
import type { Database } from '../database.js';
import { recordAct } from '../trust/record-act.js';
import { TokenRow } from '../rows/access-rows.js';

/** Tokens in SQL, by digest. */
export class SqlTokenStore extends TokenStore {
  constructor(private readonly database: Database) {
    super();
  }

  async add(token: Token, sha256: string, act: AuditedAct): Promise<void> {
    const { id, name, prefix, publisher } = token;
    const row = {
      id,
      name,
      prefix,
      publisher,
      sha256,
      account_id: token.accountId,
      scopes: [...token.scopes],
      plugins: [...token.plugins],
      packages: copied(token.packages),
      networks: copied(token.networks),
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      last_used_at: token.lastUsedAt,
      revoked_at: null,
    };
    await this.database.write(async (sql) => {
      await sql.insert(TokenRow, row);
      await recordAct(sql, act);
    });
  }

  async list(accountId: string, { limit, cursor }: PageRequest): Promise<Page<Token>> {
    const own = { account_id: accountId, revoked_at: IsNull() };
    const rows = await this.database.read((sql) =>
      sql.find(TokenRow, {
        where: cursor === null ? own : after(cursor).map((older) => ({ ...own, ...older })),
        order: { created_at: 'DESC', id: 'DESC' },
        take: limit + 1,
      }),
    );
    return toPage(rows.map(toToken), limit, (last) => [last.createdAt, last.id]);
  }

  async find(accountId: string, id: string): Promise<Token | undefined> {
    const row = await this.database.read((sql) =>
      sql.findOneBy(TokenRow, { id, account_id: accountId, revoked_at: IsNull() }),
    );
    return row ? toToken(row) : undefined;
  }

  async findByDigest(accountId: string, sha256: string): Promise<Token | undefined> {
    const row = await this.database.read((sql) =>
      sql.findOneBy(TokenRow, { sha256, account_id: accountId, revoked_at: IsNull() }),
    );
    return row ? toToken(row) : undefined;
  }

  async revoke(accountId: string, id: string, act: AuditedAct): Promise<void> {
    await this.database.write(async (sql, tell) => {
      const row = await sql.findOneBy(TokenRow, { id, account_id: accountId, revoked_at: IsNull() });
      if (!row) return;
      await sql.update(TokenRow, { id }, { revoked_at: act.at });
      await recordAct(sql, act);
      tell('credential', row.sha256);
    });
  }
}

const copied = (list: readonly string[] | null): string[] | null => (list === null ? null : [...list]);

/** Rows that come after the cursor: made earlier, or at the same time with a lower id. */
function after(cursor: string): FindOptionsWhere<TokenRow>[] {
  const [createdAt, id] = decodePageCursor(cursor, ['number', 'string']) as [number, string];
  return [{ created_at: LessThan(createdAt) }, { created_at: createdAt, id: LessThan(id) }];
}

function toToken(row: TokenRow): Token {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes as Token['scopes'],
    publisher: row.publisher,
    plugins: row.plugins,
    packages: row.packages,
    networks: row.networks,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}
