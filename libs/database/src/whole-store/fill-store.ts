import { RegistryError } from '#kernel';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database.js';
import type { SecretSeal } from '../replicas/secret-seal.js';
import { selectRows } from '../select-rows.js';
import type { RowBatch, StoredRow, StoredValue } from '../engines/store-snapshot.js';
import { movedTables, numberedTables } from './store-tables.js';

/** Both engines take so many parameters in a statement. */
const mostParameters = 30_000;
const rowsPerStatement = 200;

export interface StoreFilling {
  /** The columns of a table, in the order in which its rows have them. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly batches: AsyncIterable<RowBatch>;
  readonly seal: SecretSeal;
}

/** Throws `store-not-empty` where the database has a store already. */
export function requireEmptyStore(database: Database): Promise<void> {
  return database.read(requireEmpty);
}

/**
 * Writes all rows of a store into an empty one, in one transaction: all or none. The secrets are sealed as the seal does, and
 * must open to it. Throws `store-not-empty`, `secret-key-missing`, `secret-key-wrong`, and what the batches throw.
 */
export async function fillStore(database: Database, filling: StoreFilling): Promise<void> {
  let begun = false;
  await database.write(async (sql) => {
    // What was read of the batches can't be read again.
    if (begun) throw new Error('The rows could not be written; nothing was, so begin again.');
    begun = true;
    await requireEmpty(sql);
    for await (const { table, rows } of filling.batches) {
      const columns = filling.columns[table];
      if (!columns || !movedTables.some((one) => one === table))
        throw new Error(`The table ${table} is none of a store.`);
      await insertAll(sql, table, columns, sealed(table, columns, rows, filling.seal));
    }
    if (sql.dataSource.options.type === 'postgres') await continueNumbers(sql);
  });
}

async function requireEmpty(sql: EntityManager): Promise<void> {
  for (const table of movedTables) {
    const [row] = await selectRows(sql, `SELECT 1 FROM ${table} LIMIT 1`, []);
    if (row !== undefined) throw storeNotEmpty();
  }
}

async function insertAll(
  sql: EntityManager,
  table: string,
  columns: readonly string[],
  rows: readonly StoredRow[],
): Promise<void> {
  const { driver } = sql.dataSource;
  const isPostgres = sql.dataSource.options.type === 'postgres';
  const names = columns.map((name) => driver.escape(name)).join(', ');
  const step = Math.max(1, Math.min(rowsPerStatement, Math.floor(mostParameters / columns.length)));
  for (let start = 0; start < rows.length; start += step) {
    const some = rows.slice(start, start + step);
    const marks = some.map(() => `(${columns.map(() => '?').join(', ')})`).join(', ');
    const values = some.flatMap((row) => row.map((value) => forEngine(value, isPostgres)));
    await selectRows(sql, `INSERT INTO ${driver.escape(table)} (${names}) VALUES ${marks}`, values);
  }
}

const forEngine = (value: StoredValue, isPostgres: boolean): StoredValue =>
  typeof value === 'boolean' && !isPostgres ? Number(value) : value;

function sealed(
  table: string,
  columns: readonly string[],
  rows: readonly StoredRow[],
  seal: SecretSeal,
): readonly StoredRow[] {
  if (table !== 'cluster_secret') return rows;
  const [name, value] = [columns.indexOf('name'), columns.indexOf('value')];
  return rows.map((row) => {
    const [called, kept] = [String(row[name]), String(row[value])];
    const opened = seal.open(called, kept);
    return seal.seals && !seal.isSealed(kept) ? row.with(value, seal.close(called, opened)) : row;
  });
}

/** PostgreSQL counts apart from the rows. */
async function continueNumbers(sql: EntityManager): Promise<void> {
  for (const table of numberedTables) {
    await sql.query(
      `SELECT setval(pg_get_serial_sequence('${table}', 'sequence'), (SELECT COALESCE(MAX(sequence), 0) + 1 FROM ${table}), false)`,
    );
  }
}

const storeNotEmpty = (): RegistryError =>
  new RegistryError(
    'conflict',
    'store-not-empty',
    'The database that MORTISE_DATABASE names has a store already, and nothing of it was changed: import into a new one that no store was ever started on.',
  );
