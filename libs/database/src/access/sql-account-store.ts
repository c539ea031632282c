import { AccountStore, lastAdministrator, usernameKey, usernameTaken } from '#access';
import type { Account, Membership, NewAccount, Role, SignInFacts } from '#access';
import { limits } from '#kernel';
import type { AuditedAct } from '#kernel';
import { IsNull, Like, Not } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { isUniqueViolation } from '../constraint.js';
import type { Database } from '../database.js';
import { recordAct } from '../trust/record-act.js';
import { AccountRow, SessionRow } from '../rows/access-rows.js';
import { selectRows } from '../select-rows.js';

const isAdministrator = { roles: Like('%"administrator"%') as never };

/** Accounts in SQL. */
export class SqlAccountStore extends AccountStore {
  constructor(private readonly database: Database) {
    super();
  }

  async add(account: NewAccount, act: AuditedAct): Promise<void> {
    try {
      await this.database.write(async (sql) => {
        await sql.insert(AccountRow, toRow(account));
        await recordAct(sql, act);
      });
    } catch (error) {
      throw isUniqueViolation(error) ? usernameTaken(account.username) : error;
    }
  }

  async find(id: string): Promise<Account | undefined> {
    const row = await this.database.read((sql) => sql.findOneBy(AccountRow, { id }));
    return row ? toAccount(row) : undefined;
  }

  async findByUsername(username: string): Promise<Account | undefined> {
    const row = await this.rowOf(username);
    return row ? toAccount(row) : undefined;
  }

  async signInFacts(username: string): Promise<SignInFacts | undefined> {
    const row = await this.rowOf(username);
    return row ? { id: row.id, passwordHash: row.password_hash } : undefined;
  }

  async hasAdministrator(): Promise<boolean> {
    return this.database.read((sql) => sql.existsBy(AccountRow, isAdministrator));
  }

  async setRoles(id: string, roles: readonly Role[], act: AuditedAct): Promise<void> {
    await this.database.write(async (sql, tell) => {
      if (!roles.includes('administrator')) await this.requireAnother(sql, id);
      await sql.update(AccountRow, { id }, { roles: [...roles] });
      await recordAct(sql, act);
      tell('credential', id);
    });
  }

  async setPassword(id: string, passwordHash: string, act: AuditedAct): Promise<void> {
    await this.database.write(async (sql, tell) => {
      await sql.update(AccountRow, { id }, { password_hash: passwordHash });
      const sessions = await sql.findBy(SessionRow, { account_id: id, revoked_at: IsNull() });
      await sql.update(SessionRow, { account_id: id, revoked_at: IsNull() }, { revoked_at: act.at });
      await recordAct(sql, act);
      for (const session of sessions) tell('credential', session.id);
    });
  }

  async memberships(id: string): Promise<readonly Membership[]> {
    // Every upload asks for them.
    return this.database.read((sql) =>
      selectRows<Membership>(
        sql,
        'SELECT publisher, role FROM publisher_member WHERE account_id = ? ORDER BY publisher LIMIT ?',
        [id, limits.publishersShownPerAccount],
      ),
    );
  }

  private rowOf(username: string): Promise<AccountRow | null> {
    return this.database.read((sql) => sql.findOneBy(AccountRow, { username_key: usernameKey(username) }));
  }

  private async requireAnother(sql: EntityManager, id: string): Promise<void> {
    // Writing to all administrators first makes those who demote others at the same time wait for each other.
    await sql.update(AccountRow, isAdministrator, { roles: () => 'roles' });
    if (!(await sql.existsBy(AccountRow, { ...isAdministrator, id: Not(id) }))) throw lastAdministrator();
  }
}

function toRow(account: NewAccount): AccountRow {
  return {
    id: account.id,
    username: account.username,
    username_key: usernameKey(account.username),
    email: account.email,
    password_hash: account.passwordHash,
    roles: [...account.roles],
    created_at: account.createdAt,
  };
}

function toAccount(row: AccountRow): Account {
  const { id, username, email, roles, created_at } = row;
  return { id, username, email, roles, createdAt: created_at };
}
