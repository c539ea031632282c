import type { Job, JobOutcome, JobProgress } from './job.js';

export interface NewJob extends Pick<Job, 'id' | 'kind' | 'payload' | 'accountId' | 'publisher'> {
  readonly at: number;
}

/** A process that works, and until when its claim holds unless it is renewed; milliseconds since the epoch. */
export interface JobClaim {
  readonly by: string;
  readonly now: number;
  readonly until: number;
}

export interface JobReport {
  readonly step: string;
  readonly progress: JobProgress | null;
}

/**
 * Keeps jobs. What was added survives a crash, and is begun again until it ends: handlers are therefore idempotent. A job
 * is one process's at a time; what another process says of it changes nothing.
 */
export abstract class JobStore {
  /** Durable when it returns. Throws `too-many-jobs` (unavailable) when `mostOpen` have not ended yet. */
  abstract add(job: NewJob, mostOpen: number): Promise<void>;
  abstract find(id: string): Promise<Job | undefined>;
  /** Whether `claim` would find one. */
  abstract hasDue(kinds: readonly string[], now: number): Promise<boolean>;
  /** Begins the job that is due longest: one that waits, or one whose process has not renewed its claim. */
  abstract claim(kinds: readonly string[], claim: JobClaim): Promise<Job | undefined>;
  /** Renews the claim, and says how far the job is. */
  abstract report(id: string, claim: JobClaim, report: JobReport): Promise<void>;
  /** Puts the job off; `step` says what it waits for. */
  abstract postpone(
    id: string,
    by: string,
    step: string,
    times: { readonly now: number; readonly runAt: number },
  ): Promise<void>;
  /** Durable when it returns. */
  abstract finish(id: string, by: string, outcome: JobOutcome, now: number): Promise<void>;
  /** Lets go, at a start, of claims whose process can't be alive; where processes share a database, only time tells. */
  abstract recover(now: number): Promise<void>;
  /** Those that have not ended. */
  abstract countOpen(): Promise<number>;
  abstract removeEnded(before: number): Promise<void>;
}
