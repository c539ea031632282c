import { SessionStore } from '#access';
import type { Session } from '#access';
import { limits } from '#kernel';
import { In, IsNull, LessThan } from 'typeorm';
import type { Database } from '../database.js';
import { SessionRow } from '../rows/access-rows.js';

/** Sessions in SQL. Those of an account that are over leave with its next one. */
export class SqlSessionStore extends SessionStore {
  constructor(private readonly database: Database) {
    super();
  }

  async add(session: Session): Promise<void> {
    const { id, accountId, createdAt, expiresAt } = session;
    await this.database.write(async (sql, tell) => {
      await sql.delete(SessionRow, { account_id: accountId, expires_at: LessThan(createdAt) });
      const tooMany = await sql.find(SessionRow, {
        where: { account_id: accountId, revoked_at: IsNull() },
        order: { created_at: 'DESC' },
        skip: limits.sessionsPerAccount - 1,
        take: limits.sessionsPerAccount,
      });
      if (tooMany.length > 0) await sql.delete(SessionRow, { id: In(tooMany.map((row) => row.id)) });
      await sql.insert(SessionRow, {
        id,
        account_id: accountId,
        created_at: createdAt,
        expires_at: expiresAt,
        revoked_at: null,
      });
      for (const row of tooMany) tell('credential', row.id);
    });
  }

  async end(id: string, at: number): Promise<void> {
    await this.database.write(async (sql, tell) => {
      await sql.update(SessionRow, { id, revoked_at: IsNull() }, { revoked_at: at });
      tell('credential', id);
    });
  }
}
