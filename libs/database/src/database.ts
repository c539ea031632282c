import { AsyncLocalStorage } from 'node:async_hooks';
import type { EntityManager } from 'typeorm';
import { isPostgresAddress } from './database-location.js';
import type { DatabaseEngine, DatabaseReport, TransactionOptions } from './engines/database-engine.js';
import { PostgresEngine } from './engines/postgres-engine.js';
import { databaseUnavailable } from './engines/postgres-failure.js';
import { ReadingEngine } from './engines/reading-engine.js';
import { SqliteEngine } from './engines/sqlite-engine.js';
import { Notices } from './replicas/notices.js';
import type { Notice, NoticeTopic } from './replicas/notices.js';
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

/** Says what the write changed: caches and jobs of every replica hear of it once it is committed, this one's first. */
export type Tell = (topic: NoticeTopic, key: string) => void;

export type WriteWork<T> = (sql: EntityManager, tell: Tell) => Promise<T>;

/** Looks, within a transaction, whether who writes still may, and sees to it that this stays so until the commit. */
export type Fence = (sql: EntityManager) => Promise<void>;

/**
 * Owns SQL. Writes take turns unless they say that they need none, so that what one has read still holds when it
 * commits, and changes are committed in the order of their sequences; reads see only what is committed.
 */
export class Database {
  private readonly turns = new Turns(1);
  private readonly places: Turns;
  private writing = 0;
  private closing: Promise<void> | undefined;
  private readonly insideWrite = new AsyncLocalStorage<true>();
  private readonly fences = new AsyncLocalStorage<readonly Fence[]>();
  private fencing = 0;

  private constructor(
    private readonly engine: DatabaseEngine,
    readonly notices = new Notices(),
  ) {
    this.places = engine.writesBeside > 0 ? new Turns(engine.writesBeside) : this.turns;
  }

  /**
   * Opens what `location` names, with every migration applied: a PostgreSQL database by its address, else the SQLite file
   * at that path, which is made where there is none. Throws `database-unavailable`,
   * `database-refused`, and `database-newer` where a newer version wrote there.
   */
  static async open(location: string, report: DatabaseReport = () => undefined): Promise<Database> {
    const notices = new Notices();
    const engine = isPostgresAddress(location)
      ? await PostgresEngine.open(location, notices, report)
      : await SqliteEngine.open(location);
    return new Database(engine, notices);
  }

  /**
   * Opens what `location` names to be read, also while a store runs on it: nothing is migrated, and a write throws. Throws
   * `database-empty` where no store has been, `database-outdated` where migrations are due, and as `open` does.
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

  /** Runs `work`; each write in it meets `fence` first, within its own transaction. What the fence throws undoes it. */
  async fenced<T>(fence: Fence, work: () => Promise<T>): Promise<T> {
    const fences = [...(this.fences.getStore() ?? []), fence];
    this.fencing += 1;
    try {
      return await this.fences.run(fences, work);
    } finally {
      this.fencing -= 1;
      // As with writes: what is followed costs every promise of the process.
      if (this.fencing === 0) this.fences.disable();
    }
  }

  /** Whether this process has heard of all that was committed until a moment ago, so that its caches tell the truth. */
  get isCurrent(): boolean {
    return this.engine.isCurrent;
  }

  /** Whether the database answered when it was last asked. */
  get answers(): boolean {
    return this.engine.answers;
  }

  /** How long it is since this process had heard of everything, in milliseconds. */
  get silentMs(): number {
    return this.engine.silentMs;
  }

  /**
   * Resolves once this process has heard of all that was committed until a moment ago. Throws `database-unavailable`
   * where that can't be had: what was kept in memory must then not decide about a credential, for one.
   */
  async becomeCurrent(): Promise<void> {
    if (!(await this.engine.becomeCurrent())) throw databaseUnavailable();
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
    const fences = this.fences.getStore() ?? [];
    let told: readonly Notice[] = [];
    const attempt = (sql: EntityManager): Promise<T> =>
      this.insideWrite.run(true, async () => {
        const saying: Notice[] = [];
        for (const fence of fences) await fence(sql);
        const value = await work(sql, (topic, key) => saying.push([topic, key]));
        told = withoutRepetitions(saying);
        if (told.length > 0) await this.announce(sql, told, options);
        return value;
      });
    const tell = (): void => told.forEach((notice) => this.notices.publish(notice));
    this.writing += 1;
    try {
      const turns = options.alone ? this.turns : this.places;
      return await turns.take(() => this.engine.transact(attempt, options, tell));
    } finally {
      this.leave();
    }
  }

  /** Replicas read notices in the order of their numbers: only writes that take turns are committed in that order. */
  private announce(
    sql: EntityManager,
    told: readonly Notice[],
    { alone }: TransactionOptions,
  ): Promise<void> {
    if (!alone) throw new Error('A write that takes no turn has something to tell.');
    return this.engine.announce(sql, told);
  }

  /** While the context of writes is followed, every promise of the process costs more: only while there are any. */
  private leave(): void {
    this.writing -= 1;
    if (this.writing === 0) this.insideWrite.disable();
  }
}

function withoutRepetitions(notices: readonly Notice[]): readonly Notice[] {
  if (notices.length < 2) return notices;
  return [...new Map(notices.map((notice) => [notice.join(' '), notice])).values()];
}
