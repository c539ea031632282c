import { DataSource } from 'typeorm';
import { limits } from '#kernel';
import { migrations } from '../migrations/index.js';
import { rows } from '../rows/index.js';
import { schemaState } from './applied-migrations.js';
import { connectionOptions, PostgresClient } from './postgres-client.js';
import { postgresLocks } from './postgres-locks.js';

/**
 * Brings the database at `address` up to date. Of many processes that start together one does it, and the others wait
 * for it. Throws `database-newer`.
 */
export async function migratePostgres(address: string): Promise<void> {
  const source = await new DataSource({
    type: 'postgres',
    entities: rows,
    migrations,
    migrationsTransactionMode: 'each',
    installExtensions: false,
    poolErrorHandler: () => undefined,
    extra: { ...connectionOptions(address), ...patient, ...oneSession },
  }).initialize();
  try {
    await source.query(`SELECT pg_advisory_lock(${postgresLocks.migrating})`);
    if ((await schemaState(address, true, source.query.bind(source))) !== 'current') {
      await source.runMigrations();
    }
    await orderByBytes(source);
  } finally {
    // The lock goes with the session.
    await source.destroy();
  }
}

const patient = {
  statement_timeout: limits.databaseMigrationMs,
  lock_timeout: limits.databaseMigrationMs,
  query_timeout: limits.databaseMigrationMs,
} as const;

/**
 * What holds the lock is what migrates: of a process that was killed the server finishes the statement that it is at, a commit
 * too, and only then lets the next one in.
 */
const oneSession = { Client: PostgresClient, max: 1, idleTimeoutMillis: 0 } as const;

interface TextColumn {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/**
 * Text is ordered by its bytes, as SQLite does it, whatever the language of the database: pages go on where they ended,
 * and ids sort the same everywhere. Done after migrations, which then need no word of it.
 */
async function orderByBytes(source: DataSource): Promise<void> {
  const columns = await source.query<TextColumn[]>(
    `SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
       AND a.attcollation <> 0 AND a.attcollation <> 'pg_catalog."C"'::regcollation AND c.relname <> 'migrations'
     ORDER BY c.relname`,
  );
  for (const table of new Set(columns.map((one) => one.table))) {
    const changes = columns
      .filter((one) => one.table === table)
      .map(({ column, type }) => `ALTER COLUMN ${quoted(column)} TYPE ${type} COLLATE "C"`);
    await source.query(`ALTER TABLE ${quoted(table)} ${changes.join(', ')}`);
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
