import { limits } from './limits.js';
import { RegistryError } from './registry-error.js';

/** The time during which a process leads. It may end at any moment: the process may have slept, or lost the database. */
export interface Term {
  /** The fencing token: greater than that of every earlier term of the same name. */
  readonly token: number;
  /** Aborted as soon as the term may be over, by this machine's monotonic clock, and when the process stops. */
  readonly signal: AbortSignal;
  /**
   * Resolves where the term holds at this moment, by the database's clock; else throws `lease-lost`. To be asked before
   * each step outside the database, which can't be fenced: such a step must do no harm when it comes late, too.
   */
  confirm(): Promise<void>;
  /**
   * Runs `work`. Every write to the database in it first makes sure, within its own transaction, that the term holds,
   * and holds it until the commit: what is written by one whose term is over is undone, with `lease-lost`.
   */
  fenced<T>(work: () => Promise<T>): Promise<T>;
  /** Aborts the term: to be called by whoever leads and is told to stop. */
  giveUp(): void;
}

/**
 * Lets one process at a time do what must be single: of all that share a database, one leads under each name. Another
 * takes over within ten seconds of its death.
 */
export abstract class Leadership {
  /** Runs `work` as the leader of `name` (kebab-case), once; undefined at once where another process leads. */
  abstract attempt<T>(name: string, work: (term: Term) => Promise<T>): Promise<T | undefined>;
}

export const leaseLost = (name: string): RegistryError =>
  new RegistryError(
    'unavailable',
    'lease-lost',
    `This process no longer has the lease "${name}", so it wrote nothing: another one goes on, or this one begins anew.`,
    { retryAfterSeconds: limits.databaseRetryAfterSeconds },
  );
