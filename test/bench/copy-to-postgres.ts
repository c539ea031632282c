import { Sqlite } from '#sqlite';
import type { SqliteDatabase } from '#sqlite';
import { Client } from 'pg';

/** Values that one statement of PostgreSQL takes. */
const valuesPerStatement = 30_000;

/** What the migrations have written already, and what belongs to processes. */
const passedOver = new Set([
  'migrations',
  'notice',
  'lease',
  'sqlite_sequence',
  'sqlite_stat1',
  'sqlite_stat4',
]);

/** Copies the rows of a store's SQLite file into an empty database that has been migrated. */
export async function copyToPostgres(file: string, address: string): Promise<void> {
  const source = new Sqlite(file, { readonly: true });
  const target = new Client({ connectionString: address });
  await target.connect();
  try {
    // Parents may come after their children.
    await target.query('SET session_replication_role = replica');
    const tables = source
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`)
      .pluck()
      .all() as string[];
    for (const table of tables.filter((name) => !passedOver.has(name)))
      await copyTable(source, target, table);
    await target.query('ANALYZE');
  } finally {
    await target.end();
    source.close();
  }
}

async function copyTable(source: SqliteDatabase, target: Client, table: string): Promise<void> {
  const { rows: columns } = await target.query<{ name: string; type: string }>(
    'SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1',
    [table],
  );
  if (columns.length === 0) return;
  await target.query(`TRUNCATE "${table}" CASCADE`);
  const rows = source.prepare(`SELECT * FROM "${table}"`).all() as Record<string, unknown>[];
  const atOnce = Math.floor(valuesPerStatement / columns.length);
  for (let from = 0; from < rows.length; from += atOnce) {
    const some = rows.slice(from, from + atOnce);
    const values = some.flatMap((row) =>
      columns.map(({ name, type }) => (type === 'boolean' ? Boolean(row[name]) : row[name])),
    );
    const tuples = some.map(
      (_, at) => `(${columns.map((_column, index) => `$${at * columns.length + index + 1}`).join(', ')})`,
    );
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    await target.query(`INSERT INTO "${table}" (${names}) VALUES ${tuples.join(', ')}`, values);
  }
  const sequence = columns.find(({ name }) => name === 'sequence');
  if (sequence && rows.length > 0)
    await target.query(
      `SELECT setval(pg_get_serial_sequence('${table}', 'sequence'), (SELECT MAX(sequence) FROM "${table}"))`,
    );
}
