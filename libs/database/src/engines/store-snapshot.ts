import type { DataSource, QueryRunner } from 'typeorm';
import { isPostgresAddress } from '../database-location.js';
import { openReadSource } from './reading-engine.js';
import { migrations } from '../migrations/index.js';
import { blobTables } from '../packages/needed-blobs.js';
import { movedTables } from '../whole-store/store-tables.js';

export type StoredValue = string | number | boolean | null;
export type StoredRow = readonly StoredValue[];

export interface RowBatch {
  readonly table: string;
  readonly rows: readonly StoredRow[];
}

/** So much text is about what one batch comes to, whatever the rows are like. */
const batchCharacters = 4 * 1024 * 1024;
const firstBatchRows = 50;
const mostBatchRows = 5000;
const digestsPerRead = 1000;

/** The names of all migrations: what a copy of rows fits to. */
export const migrationNames = (): readonly string[] => migrations.map(({ name }) => name);

/**
 * All rows of a store as they are at one moment, while it goes on: nothing that is committed later is seen. Memory does not grow
 * with what there is.
 */
export class StoreSnapshot {
  private constructor(
    private readonly source: DataSource,
    private readonly runner: QueryRunner,
  ) {}

  /** Throws `database-empty`, `database-outdated`, `database-unavailable`, `database-refused`. */
  static async open(location: string): Promise<StoreSnapshot> {
    const source = await openReadSource(location);
    const runner = source.createQueryRunner();
    await runner.connect();
    if (isPostgresAddress(location)) {
      await runner.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await runner.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    } else {
      await runner.query('BEGIN');
    }
    // The moment is that of the first read.
    await runner.query('SELECT COUNT(*) FROM cluster_secret');
    return new StoreSnapshot(source, runner);
  }

  /** The columns of a table, in the order in which its rows have them. */
  columns(table: string): readonly string[] {
    return this.columnsOf(table).map(({ databaseName }) => databaseName);
  }

  /** Every row, table by table, in the order of their keys. */
  async *rows(): AsyncGenerator<RowBatch> {
    for (const table of movedTables) yield* this.rowsOf(table);
  }

  /** Each digest that a row names, once, in ascending order. */
  async *digests(): AsyncGenerator<string> {
    const all = blobTables.map((table) => `SELECT sha256 FROM ${table}`).join(' UNION ');
    const bytes = this.isPostgres ? 'COLLATE "C"' : '';
    for (let after = ''; ;) {
      const rows = await this.select<{ sha256: string }>(
        `SELECT sha256 FROM (${all}) named WHERE sha256 ${bytes} > ? ORDER BY sha256 ${bytes} LIMIT ${digestsPerRead}`,
        [after],
      );
      for (const { sha256 } of rows) yield sha256;
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.sha256;
    }
  }

  async close(): Promise<void> {
    await this.runner.query('ROLLBACK').catch(() => undefined);
    await this.runner.release();
    await this.source.destroy();
  }

  private async *rowsOf(table: string): AsyncGenerator<RowBatch> {
    const columns = this.columnsOf(table);
    const names = columns.map(({ databaseName }) => this.quoted(databaseName)).join(', ');
    const keys = columns.filter(({ isPrimary }) => isPrimary).map(({ databaseName }) => databaseName);
    const key = keys.map((name) => this.quoted(name)).join(', ');
    const text = `SELECT ${names} FROM ${this.quoted(table)}`;
    let limit = firstBatchRows;
    for (let after: unknown[] = []; ;) {
      const beyond = after.length === 0 ? '' : `WHERE (${key}) > (${after.map(() => '?').join(', ')})`;
      const found = await this.select<Record<string, unknown>>(
        `${text} ${beyond} ORDER BY ${key} LIMIT ${limit}`,
        after,
      );
      const last = found.at(-1);
      if (last === undefined) return;
      const rows = found.map((row) =>
        columns.map(({ databaseName, type }) => plain(row[databaseName], type === 'boolean')),
      );
      yield { table, rows };
      after = keys.map((name) => last[name]);
      limit = nextLimit(limit, rows);
    }
  }

  private columnsOf(table: string) {
    const metadata = this.source.entityMetadatas.find(({ tableName }) => tableName === table);
    if (!metadata) throw new Error(`There is no entity for the table ${table}.`);
    return metadata.columns;
  }

  private select<Row>(text: string, parameters: readonly unknown[]): Promise<Row[]> {
    let place = 0;
    const numbered = this.isPostgres ? text.replace(/\?/g, () => `$${(place += 1)}`) : text;
    return this.runner.query(numbered, [...parameters]) as Promise<Row[]>;
  }

  private quoted(name: string): string {
    return this.source.driver.escape(name);
  }

  private get isPostgres(): boolean {
    return this.source.options.type === 'postgres';
  }
}

/** SQLite has numbers for what is true or not. */
function plain(value: unknown, isBoolean: boolean): StoredValue {
  if (value === null || value === undefined) return null;
  return isBoolean ? Boolean(value) : (value as StoredValue);
}

function nextLimit(limit: number, rows: readonly StoredRow[]): number {
  const characters = rows.reduce(
    (sum, row) => sum + row.reduce<number>((of, value) => of + String(value).length, 0),
    0,
  );
  const fitting = Math.floor((limit * batchCharacters) / Math.max(1, characters));
  return Math.max(1, Math.min(limit * 2, fitting, mostBatchRows));
}
