import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { storageFull } from '#kernel';
import { Sqlite } from '#sqlite';
import { isFull } from '../constraint.js';
import { migrations } from '../migrations/index.js';
import { rows } from '../rows/index.js';
import { schemaState } from './applied-migrations.js';
import { DatabaseEngine } from './database-engine.js';
import type { TransactionOptions } from './database-engine.js';
import { WalSync } from './wal-sync.js';

/**
 * An SQLite file. TypeORM gives SQLite one connection that every concurrent transaction would share, so there is one
 * writer here, and reads have a connection of their own (WAL), which sees only what is committed.
 */
export class SqliteEngine extends DatabaseEngine {
  override readonly writesBeside = 0;
  override readonly answers = true;
  override readonly isCurrent = true;
  override readonly silentMs = 0;

  private constructor(
    private readonly path: string,
    private writer: DataSource,
    private readonly reader: DataSource,
    private readonly wal: WalSync,
  ) {
    super();
  }

  /** Opens (and makes, where there is none) the file at `path`, with every migration applied. Throws `database-newer`. */
  static async open(path: string): Promise<SqliteEngine> {
    const writer = await openWriter(path);
    try {
      const state = await schemaState(path, false, writer.query.bind(writer));
      if (state !== 'current') await writer.runMigrations();
    } catch (error) {
      await writer.destroy();
      throw error;
    }
    const reader = await openSqliteReader(path);
    return new SqliteEngine(path, writer, reader, await WalSync.open(`${path}-wal`));
  }

  override async transact<T>(
    work: (sql: EntityManager) => Promise<T>,
    _options: TransactionOptions,
    committed: () => void,
  ): Promise<T> {
    try {
      const value = await this.writer.transaction(work);
      committed();
      return value;
    } catch (error) {
      await this.replaceBrokenWriter();
      throw isFull(error) ? storageFull(error) : error;
    }
  }

  /** No other process has the file. */
  override async announce(): Promise<void> {
    return;
  }

  override async becomeCurrent(): Promise<boolean> {
    return true;
  }

  override flush(): Promise<void> {
    return this.wal.flush();
  }

  override read<T>(work: (sql: EntityManager) => Promise<T>): Promise<T> {
    return work(this.reader.manager);
  }

  override async close(): Promise<void> {
    await this.wal.close();
    await this.reader.destroy();
    await this.writer.destroy();
  }

  /**
   * On a full disk SQLite rolls back by itself, and TypeORM goes on believing in the transaction: the next failure would
   * leave one open for good, and all that is written after it would be acknowledged and never committed.
   */
  private async replaceBrokenWriter(): Promise<void> {
    if (!this.writer.createQueryRunner().isTransactionActive) return;
    const broken = this.writer;
    this.writer = await openWriter(this.path);
    await broken.destroy();
  }
}

/** A connection that sees only what is committed, and can't write. */
export function openSqliteReader(path: string): Promise<DataSource> {
  return new DataSource({
    type: 'better-sqlite3',
    driver: Sqlite,
    database: path,
    readonly: true,
    entities: rows,
    statementCacheSize: 200,
  }).initialize();
}

function openWriter(path: string): Promise<DataSource> {
  return new DataSource({
    type: 'better-sqlite3',
    driver: Sqlite,
    database: path,
    entities: rows,
    migrations,
    migrationsTransactionMode: 'each',
    statementCacheSize: 200,
    prepareDatabase: (connection: { pragma(text: string): unknown }) => {
      connection.pragma('journal_mode = WAL');
      connection.pragma('synchronous = NORMAL');
      connection.pragma('foreign_keys = ON');
      connection.pragma('busy_timeout = 5000');
      // A checkpoint syncs the file while everybody waits: pages that many commits touch are then written once.
      connection.pragma('wal_autocheckpoint = 4000');
    },
  }).initialize();
}
