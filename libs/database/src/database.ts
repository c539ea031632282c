import { AsyncLocalStorage } from 'node:async_hooks';
import type { EntityManager } from 'typeorm';
import { isPostgresAddress } from './database-location.js';
import type { DatabaseEngine, TransactionOptions } from './engines/database-engine.js';
import { PostgresEngine } from './engines/postgres-engine.js';
import { databaseUnavailable } from './engines/postgres-failure.js';
import { ReadingEngine } from './engines/reading-engine.js';
import { SqliteEngine } from './engines/sqlite-engine.js';
import { Notices } from './notices.js';
import { Turns } from './turns.js';

export interface WriteOptions {
  /** Whether the answer waits until the write would survive a loss of power. What may be lost says false. */
  readonly durable?: boolean;
  /**
   * Whether the write takes turns with the others, of all processes. False only where constraints and the very rows
   * that it writes settle every race, and nothing is announced.
   */
  readonly turn?: boolean;
}

/** Runs `what` once the write that it was named in is committed, before anyone is told of the commit. */
export type AfterCommit = (what: () => void) => void;

export type WriteWork<T> = (sql: EntityManager, afterCommit: AfterCommit) => Promise<T>;

/**
 * Owns SQL. Writes take turns unless they say that they need none, so that what one has read still holds when it
 * commits, and changes are committed in the order of their sequences; reads see only what is committed.
 */
export class Database {
  readonly notices = new Notices();
  private readonly turns = new Turns(1);
  private readonly places: Turns;
  private writing = 0;
  private closing: Promise<void> | undefined;
  private readonly insideWrite = new AsyncLocalStorage<true>();

  private constructor(private readonly engine: DatabaseEngine) {
    this.places = engine.writesBeside > 0 ? new Turns(engine.writesBeside) : this.turns;
  }

  /**
   * Opens what `location` names, with every migration applied: a PostgreSQL database by its address, else the SQLite file
   * at that path, which is made where there is none. Throws `database-unavailable` and `database-refused`.
   */
  static async open(location: string): Promise<Database> {
    const engine = isPostgresAddress(location)
      ? await PostgresEngine.open(location)
      : await SqliteEngine.open(location);
    return new Database(engine);
  }

  /**
   * Opens what `location` names to be read, also while a store runs on it: nothing is migrated, and a write throws. Throws
   * `database-outdated` where migrations are due, and as `open` does.
   */
  static async openToRead(location: string): Promise<Database> {
    return new Database(await ReadingEngine.open(location));
  }

  /**
   * Runs `work` as one transaction, after every write that was asked for before it. What it throws undoes it. `work`
   * must only talk to the database, and may be run again from its beginning. Throws at once when called from within
   * another write; `storage-full`, and `database-unavailable`.
   */
  async write<T>(work: WriteWork<T>, { durable = true, turn = true }: WriteOptions = {}): Promise<T> {
    if (this.insideWrite.getStore()) throw new Error('A write was started inside another write.');
    const value = await this.transact(work, { durable, alone: turn, askedAt: performance.now() });
    if (durable) await this.engine.flush();
    return value;
  }

  /** Runs `work` on committed rows only. Throws `database-unavailable`. */
  read<T>(work: (sql: EntityManager) => Promise<T>): Promise<T> {
    return this.engine.read(work);
  }

  /** Writes that run, or wait for their turn. */
  get writesUnderWay(): number {
    return this.writing;
  }

  /** Whether another process had the database open when this one opened it: notices of its commits don't come here. */
  get isShared(): boolean {
    return this.engine.isShared;
  }

  /**
   * Throws `database-unavailable` while the database does not answer: what was kept of it must then not decide about a
   * credential, since nobody could have revoked it.
   */
  requireAnswers(): void {
    if (!this.engine.answers) throw databaseUnavailable();
  }

  /** What is asked to be written from now on is refused: nobody may open again what is being closed. */
  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private async end(): Promise<void> {
    await this.turns.over();
    await this.places.over();
    await this.engine.close();
  }

  private async transact<T>(work: WriteWork<T>, options: TransactionOptions): Promise<T> {
    if (this.closing) throw databaseUnavailable();
    let due: (() => void)[] = [];
    const attempt = (sql: EntityManager): Promise<T> => {
      due = [];
      return this.insideWrite.run(true, () => work(sql, (what) => due.push(what)));
    };
    const tell = (): void => due.forEach((what) => what());
    this.writing += 1;
    try {
      const turns = options.alone ? this.turns : this.places;
      return await turns.take(() => this.engine.transact(attempt, options, tell));
    } finally {
      this.leave();
    }
  }

  /** While the context of writes is followed, every promise of the process costs more: only while there are any. */
  private leave(): void {
    this.writing -= 1;
    if (this.writing === 0) this.insideWrite.disable();
  }
}
