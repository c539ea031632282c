import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { limits } from '#kernel';
import { migrations } from '../migrations/index.js';
import { rows } from '../rows/index.js';
import { isBehind } from './applied-migrations.js';
import { connectionOptions, PostgresClient } from './postgres-client.js';
import { postgresLocks } from './postgres-locks.js';

/**
 * Brings the database at `address` up to date. Of many processes that start together one does it, and the others wait
 * for it. Throws `database-newer`.
 */
export async function migratePostgres(address: string): Promise<void> {
  const client = new PostgresClient({ ...connectionOptions(address), ...patient });
  // What breaks the connection also fails the statement that waits for it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(`SELECT pg_advisory_lock(${postgresLocks.migrating})`);
    const query = async <Row>(text: string) => (await client.query(text)).rows as Row[];
    if (await isBehind(address, true, query)) await runMigrations(address);
    await orderByBytes(client);
  } finally {
    // The lock goes with the session.
    await client.end().catch(() => undefined);
  }
}

const patient = {
  statement_timeout: limits.databaseMigrationMs,
  lock_timeout: limits.databaseMigrationMs,
  query_timeout: limits.databaseMigrationMs,
} as const;

async function runMigrations(address: string): Promise<void> {
  const source = await new DataSource({
    type: 'postgres',
    entities: rows,
    migrations,
    migrationsTransactionMode: 'each',
    installExtensions: false,
    extra: { ...connectionOptions(address), ...patient, max: 1 },
  }).initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
}

interface TextColumn {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/**
 * Text is ordered by its bytes, as SQLite does it, whatever the language of the database: pages go on where they ended,
 * and ids sort the same everywhere. Done after migrations, which then need no word of it.
 */
async function orderByBytes(client: Client): Promise<void> {
  const { rows: columns } = await client.query<TextColumn>(
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
    await client.query(`ALTER TABLE ${quoted(table)} ${changes.join(', ')}`);
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
