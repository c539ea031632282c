import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { EntityManager, QueryRunner } from 'typeorm';
import { limits } from '#kernel';
import type { Notice, Notices } from '../replicas/notices.js';
import { rows } from '../rows/index.js';
import { DatabaseEngine } from './database-engine.js';
import type { DatabaseReport, TransactionOptions } from './database-engine.js';
import { migratePostgres } from './migrate-postgres.js';
import { connectionOptions, PostgresClient } from './postgres-client.js';
import {
  cannotOpenPostgres,
  databaseUnavailable,
  isRepeatable,
  postgresFailure,
} from './postgres-failure.js';
import { announceNotices } from './postgres-notices.js';
import { postgresLocks } from './postgres-locks.js';
import { PostgresWatch } from './postgres-watch.js';

/**
 * A PostgreSQL database, by a pool of connections. Each statement sees what is committed when it begins (READ
 * COMMITTED); writes hold one lock of the database while it is their turn, whichever process they are of.
 */
export class PostgresEngine extends DatabaseEngine {
  override readonly writesBeside = limits.databaseWritesBeside;
  private missedTurnAt = 0;

  private constructor(
    private readonly pool: DataSource,
    private readonly watch: PostgresWatch,
    /** Tells its notices from those of other processes. */
    private readonly teller: string,
    private readonly report: DatabaseReport,
  ) {
    super();
  }

  /** Throws `database-unavailable`, and `database-refused` where it is there but lets nobody in. */
  static async open(address: string, notices: Notices, report: DatabaseReport): Promise<PostgresEngine> {
    try {
      const teller = randomUUID();
      await migratePostgres(address);
      const pool = await openPostgresPool(address);
      const watch = new PostgresWatch(address, notices, teller, report);
      await watch.open();
      return new PostgresEngine(pool, watch, teller, report);
    } catch (error) {
      throw cannotOpenPostgres(error, address);
    }
  }

  override get answers(): boolean {
    return this.watch.answers;
  }

  override get isCurrent(): boolean {
    return this.watch.isCurrent;
  }

  override get silentMs(): number {
    return this.watch.silentMs;
  }

  override becomeCurrent(): Promise<boolean> {
    return this.watch.becomeCurrent();
  }

  override announce(sql: EntityManager, notices: readonly Notice[]): Promise<void> {
    return announceNotices(sql, this.teller, notices);
  }

  override async transact<T>(
    work: (sql: EntityManager) => Promise<T>,
    options: TransactionOptions,
    committed: () => void,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      // Whoever stood in line behind one who waited in vain would only make the others wait, too.
      const hasWaited = performance.now() - options.askedAt > limits.databaseLineMs;
      if (hasWaited || (options.alone && options.askedAt < this.missedTurnAt)) throw databaseUnavailable();
      try {
        return await this.attempt(work, options, committed);
      } catch (error) {
        if (!isRepeatable(error) || attempt === limits.databaseWriteAttempts) throw this.failure(error);
      }
    }
  }

  /** A commit is on the server's disk when it is answered. */
  override async flush(): Promise<void> {
    return;
  }

  override async read<T>(work: (sql: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await work(this.pool.manager);
    } catch (error) {
      throw this.failure(error);
    }
  }

  override async close(): Promise<void> {
    await this.watch.close();
    await this.pool.destroy();
  }

  private failure(error: unknown): unknown {
    const failure = postgresFailure(error);
    if (failure !== error && !isRepeatable(error)) this.report(failure);
    return failure;
  }

  private async attempt<T>(
    work: (sql: EntityManager) => Promise<T>,
    options: TransactionOptions,
    committed: () => void,
  ): Promise<T> {
    const runner = this.pool.createQueryRunner();
    try {
      await begin(runner, options).catch((error: unknown) => {
        if (options.alone) this.missedTurnAt = performance.now();
        throw error;
      });
      const value = await work(runner.manager);
      await commit(runner, committed);
      return value;
    } catch (error) {
      await rollBack(runner);
      throw error;
    } finally {
      await runner.release();
    }
  }
}

export function openPostgresPool(address: string): Promise<DataSource> {
  return new DataSource({
    type: 'postgres',
    entities: rows,
    installExtensions: false,
    // The same numbers as on SQLite; all that the store counts is far below 2^53.
    parseInt8: true,
    // Of a connection that nobody uses just now: the pool makes another when one is needed.
    poolErrorHandler: () => undefined,
    extra: {
      ...connectionOptions(address),
      Client: PostgresClient,
      max: limits.databaseConnections,
    },
  }).initialize();
}

async function begin(runner: QueryRunner, { durable, alone }: TransactionOptions): Promise<void> {
  await runner.startTransaction();
  const statements = ['SET TRANSACTION ISOLATION LEVEL READ COMMITTED'];
  if (!durable) statements.push('SET LOCAL synchronous_commit = off');
  if (alone) statements.push(`SELECT pg_advisory_xact_lock(${postgresLocks.writing})`);
  await runner.query(statements.join('; '));
}

async function commit(runner: QueryRunner, committed: () => void): Promise<void> {
  const client = (await runner.connect()) as PoolClient;
  const { command } = await client.query('COMMIT').catch((error: unknown) => {
    // It may be committed all the same: whoever waits for that, caches above all, goes by it.
    committed();
    throw error;
  });
  // So PostgreSQL answers where a statement had failed, even if somebody caught its error.
  if (command !== 'COMMIT') throw new Error('A write was undone, since a statement of it had failed.');
  committed();
}

async function rollBack(runner: QueryRunner): Promise<void> {
  if (runner.isReleased || !runner.isTransactionActive) return;
  try {
    await runner.query('ROLLBACK');
  } catch {
    // The server rolls back what a lost connection leaves.
  }
}
