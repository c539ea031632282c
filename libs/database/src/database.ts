import { AsyncLocalStorage } from 'node:async_hooks';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { storageFull } from '#kernel';
import { isFull } from './constraint.js';
import { migrations } from './migrations/index.js';
import { Notices } from './notices.js';
import { rows } from './rows/index.js';
import { WalSync } from './wal-sync.js';

export interface WriteOptions {
  /** Whether the answer waits until the write would survive a loss of power. What may be lost says false. */
  readonly durable?: boolean;
}

/** Runs `what` once the write that it was named in is committed, before anyone is told of the commit. */
export type AfterCommit = (what: () => void) => void;

export type WriteWork<T> = (sql: EntityManager, afterCommit: AfterCommit) => Promise<T>;

/**
 * Owns SQL. TypeORM gives SQLite one connection that every concurrent transaction would share, so writes take turns
 * on a writer here, and reads have a connection of their own (WAL), which sees only what is committed.
 */
export class Database {
  readonly notices = new Notices();
  private turn: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private readonly insideWrite = new AsyncLocalStorage<true>();

  private constructor(
    private readonly path: string,
    private writer: DataSource,
    private readonly reader: DataSource,
    private readonly wal: WalSync,
  ) {}

  /** Opens (and makes, where there is none) the SQLite file at `path`, with every migration applied. */
  static async open(path: string): Promise<Database> {
    const writer = await openWriter(path);
    await writer.runMigrations();
    const reader = await new DataSource({
      type: 'better-sqlite3',
      database: path,
      readonly: true,
      entities: rows,
      statementCacheSize: 200,
    }).initialize();
    return new Database(path, writer, reader, await WalSync.open(`${path}-wal`));
  }

  /**
   * Runs `work` as one transaction, after every write that was asked for before it. What it throws undoes it. `work`
   * must only talk to the database. Throws at once when called from within another write, and `storage-full`.
   */
  async write<T>(work: WriteWork<T>, options: WriteOptions = {}): Promise<T> {
    if (this.insideWrite.getStore()) throw new Error('A write was started inside another write.');
    this.waiting += 1;
    const result = this.turn.then(() => this.transact(work));
    this.turn = result.catch(() => undefined).finally(() => this.leave());
    const value = await result;
    if (options.durable ?? true) await this.wal.flush();
    return value;
  }

  /** Runs `work` on committed rows only. */
  read<T>(work: (sql: EntityManager) => Promise<T>): Promise<T> {
    return work(this.reader.manager);
  }

  async close(): Promise<void> {
    await this.turn;
    await this.wal.close();
    await this.reader.destroy();
    await this.writer.destroy();
  }

  /** While the context of writes is followed, every promise of the process costs more: only while there are any. */
  private leave(): void {
    this.waiting -= 1;
    if (this.waiting === 0) this.insideWrite.disable();
  }

  private async transact<T>(work: WriteWork<T>): Promise<T> {
    const committed: (() => void)[] = [];
    try {
      const value = await this.insideWrite.run(true, () =>
        this.writer.transaction((sql) => work(sql, (what) => committed.push(what))),
      );
      for (const what of committed) what();
      return value;
    } catch (error) {
      await this.replaceBrokenWriter();
      throw isFull(error) ? storageFull(error) : error;
    }
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

function openWriter(path: string): Promise<DataSource> {
  return new DataSource({
    type: 'better-sqlite3',
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
