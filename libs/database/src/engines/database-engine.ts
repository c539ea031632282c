import type { EntityManager } from 'typeorm';
import type { Notice } from '../replicas/notices.js';

export interface TransactionOptions {
  /** Whether what was committed must survive a loss of power once `transact` has resolved. */
  readonly durable: boolean;
  /** Whether no other process may write at the same time. */
  readonly alone: boolean;
  /** When it was asked for, by `performance.now()`. */
  readonly askedAt: number;
}

/** Told of each time that a database which is a server can't be asked, or lets nobody in: what is thrown then, with its cause. */
export type DatabaseReport = (failure: unknown) => void;

/** What the engines do differently, behind the class `Database`. */
export abstract class DatabaseEngine {
  /** How many writes that ask for no turn this process may run at once; 0 where each must wait for its turn. */
  abstract readonly writesBeside: number;

  /**
   * Runs `work` as one transaction, and once more where the engine asks for that. Calls `committed` as soon as it is
   * committed, or may be: when the connection was lost on the way. Throws `storage-full` and `database-unavailable`.
   */
  abstract transact<T>(
    work: (sql: EntityManager) => Promise<T>,
    options: TransactionOptions,
    committed: () => void,
  ): Promise<T>;

  /** Resolves once a commit that was made with `durable` would survive a loss of power. */
  abstract flush(): Promise<void>;

  /** Runs `work` on committed rows only. Throws `database-unavailable`. */
  abstract read<T>(work: (sql: EntityManager) => Promise<T>): Promise<T>;

  /** Has other processes hear `notices` once the transaction of `sql` is committed. */
  abstract announce(sql: EntityManager, notices: readonly Notice[]): Promise<void>;

  /** Whether the database answered when it was last asked; where it is a file it always does. */
  abstract readonly answers: boolean;

  /** Whether this process has heard of all that others committed until a moment ago (`limits.noticesCurrentMs`). */
  abstract readonly isCurrent: boolean;

  /** How long it is since this process had heard of everything. */
  abstract readonly silentMs: number;

  /** Hears what there is to hear; whether this process then is current. */
  abstract becomeCurrent(): Promise<boolean>;

  /** To be called when nothing runs any more. */
  abstract close(): Promise<void>;
}
