import { maintainerNotFound, packageVersionNotFound, PackageUpkeep, tooManyMaintainers } from '#packages';
import type { PackageChange, PackageSide } from '#packages';
import { limits } from '#kernel';
import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Tell, Database } from '../database.js';
import { findRows } from '../find-rows.js';
import { insertRows } from '../insert-rows.js';
import { recordAct } from '../trust/record-act.js';
import { AccountRow } from '../rows/access-rows.js';
import { PackageMaintainerRow, PackageTagRow, PackageVersionRow } from '../rows/package-rows.js';
import { isSeenFile } from './is-seen-file.js';
import { selectRows } from '../select-rows.js';

/** Keeps what is said of packages in tables. */
export class SqlPackageUpkeep extends PackageUpkeep {
  constructor(private readonly database: Database) {
    super();
  }

  override async deprecate(
    change: PackageChange,
    versions: readonly string[],
    message: string | null,
  ): Promise<void> {
    const { side, name } = change;
    await this.database.write(async (sql, tell) => {
      for (let start = 0; start < versions.length; start += limits.keysPerStatement) {
        const some = versions.slice(start, start + limits.keysPerStatement);
        await sql.update(PackageVersionRow, { side, name, version: In(some) }, { deprecated: message });
      }
      await this.settle(sql, tell, change);
    });
  }

  override async pointTag(change: PackageChange, tag: string, version: string): Promise<void> {
    const { side, name } = change;
    await this.database.write(async (sql, tell) => {
      const known = await findRows(sql, PackageVersionRow, ['version'], { side, name, version });
      if (known.length === 0) throw packageVersionNotFound(name, version);
      const row = { side, name, tag, version };
      const move = 'ON CONFLICT (side, name, tag) DO UPDATE SET version = excluded.version';
      await insertRows(sql, PackageTagRow, [row], move);
      await this.settle(sql, tell, change);
    });
  }

  override removeTag(change: PackageChange, tag: string): Promise<boolean> {
    const { side, name } = change;
    return this.database.write(async (sql, tell) => {
      const key = { side, name, tag };
      if ((await findRows(sql, PackageTagRow, ['tag'], key)).length === 0) return false;
      await sql.delete(PackageTagRow, key);
      await this.settle(sql, tell, change);
      return true;
    });
  }

  override async addedMaintainers(side: PackageSide, name: string): Promise<readonly string[]> {
    const rows = await this.database.read((sql) =>
      selectRows<{ username: string }>(
        sql,
        `SELECT a.username FROM package_maintainer m JOIN account a ON a.id = m.account_id
         WHERE m.side = ? AND m.name = ? ORDER BY a.username`,
        [side, name],
      ),
    );
    return rows.map(({ username }) => username);
  }

  override ofPublisher(side: PackageSide, publisher: string, limit: number): Promise<readonly string[]> {
    return this.namesWhere('k.publisher = ?', side, [publisher.toLowerCase()], limit);
  }

  override ofPerson(side: PackageSide, username: string, limit: number): Promise<readonly string[]> {
    const account = '(SELECT id FROM account WHERE username_key = ?)';
    const key = username.toLowerCase();
    return this.namesWhere(
      `(k.publisher IN (SELECT publisher FROM publisher_member WHERE account_id = ${account})
        OR EXISTS (SELECT 1 FROM package_maintainer m
          WHERE m.side = k.side AND m.name = k.name AND m.account_id = ${account}))`,
      side,
      [key, key],
      limit,
    );
  }

  override async changeMaintainers(
    change: PackageChange,
    { added, removed }: { readonly added: readonly string[]; readonly removed: readonly string[] },
  ): Promise<void> {
    const { side, name, act } = change;
    await this.database.write(async (sql, tell) => {
      const key = { side, name };
      for (const username of removed)
        await sql.delete(PackageMaintainerRow, { ...key, account_id: await accountOf(sql, username) });
      for (const username of added) {
        const row = { ...key, account_id: await accountOf(sql, username), added_at: act.at };
        await insertRows(sql, PackageMaintainerRow, [row], 'ON CONFLICT DO NOTHING');
      }
      const all = await findRows(sql, PackageMaintainerRow, ['account_id'], key);
      if (all.length > limits.maintainersPerPackage) throw tooManyMaintainers(name);
      await this.settle(sql, tell, change);
    });
  }

  private async namesWhere(
    condition: string,
    side: PackageSide,
    parameters: readonly string[],
    limit: number,
  ): Promise<string[]> {
    const rows = await this.database.read((sql) =>
      selectRows<{ name: string }>(
        sql,
        `SELECT k.name FROM package k WHERE k.side = ? AND k.publisher IS NOT NULL AND ${condition}
         AND EXISTS (SELECT 1 FROM package_file f WHERE f.side = k.side AND f.name = k.name AND ${isSeenFile})
         ORDER BY k.name LIMIT ?`,
        [side, ...parameters, limit],
      ),
    );
    return rows.map(({ name }) => name);
  }

  /** The last step of every change. */
  private async settle(sql: EntityManager, tell: Tell, { side, name, act }: PackageChange): Promise<void> {
    await recordAct(sql, act);
    tell('package', `${side}:${name}`);
  }
}

async function accountOf(sql: EntityManager, username: string): Promise<string> {
  const [row] = await findRows(sql, AccountRow, ['id'], { username_key: username.toLowerCase() });
  if (!row) throw maintainerNotFound(username);
  return row.id;
}
