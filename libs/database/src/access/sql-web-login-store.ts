import { WebLoginStore } from '#access';
import { limits } from '#kernel';
import { IsNull, LessThanOrEqual, MoreThan, Not } from 'typeorm';
import type { Database } from '../database.js';
import { findRows } from '../find-rows.js';
import { WebLoginRow } from '../rows/access-rows.js';

/** Sign-ins that wait, in SQL, so that every replica can finish them. */
export class SqlWebLoginStore extends WebLoginStore {
  constructor(private readonly database: Database) {
    super();
  }

  override begin(sha256: string, at: number, expiresAt: number): Promise<boolean> {
    return this.database.write(
      async (sql) => {
        await sql.delete(WebLoginRow, { expires_at: LessThanOrEqual(at) });
        if ((await sql.count(WebLoginRow)) >= limits.webLoginsWaiting) return false;
        await sql.insert(WebLoginRow, { sha256, account_id: null, created_at: at, expires_at: expiresAt });
        return true;
      },
      { durable: false },
    );
  }

  override async endOf(sha256: string, at: number): Promise<number | undefined> {
    const row = await this.database.read((sql) =>
      sql.findOneBy(WebLoginRow, { sha256, account_id: IsNull(), expires_at: MoreThan(at) }),
    );
    return row?.expires_at;
  }

  override approve(sha256: string, accountId: string, at: number): Promise<boolean> {
    return this.database.write(async (sql) => {
      const waiting = { sha256, account_id: IsNull(), expires_at: MoreThan(at) };
      return (await sql.update(WebLoginRow, waiting, { account_id: accountId })).affected === 1;
    });
  }

  override async finish(
    sha256: string,
    at: number,
  ): Promise<{ readonly accountId: string } | 'waiting' | undefined> {
    // Clients ask again and again: while nobody has approved, that writes nothing.
    const [row] = await this.database.read((sql) => findRows(sql, WebLoginRow, 'all', { sha256 }));
    if (!row || row.expires_at <= at) return undefined;
    if (row.account_id === null) return 'waiting';
    const { account_id: accountId } = row;
    return this.database.write(async (sql) => {
      const { affected } = await sql.delete(WebLoginRow, { sha256, account_id: Not(IsNull()) });
      return affected === 1 ? { accountId } : undefined;
    });
  }
}
