import type { AuditedAct, Page, PageRequest } from '#kernel';
import type { ClaimedJob, Job, JobOutcome, JobProgress, JobState } from './job.js';

export interface NewJob extends Pick<Job, 'id' | 'kind' | 'payload' | 'accountId' | 'publisher'> {
  readonly at: number;
  /** Digests of the bytes that it needs, which stay as long as what is known of the job. */
  readonly blobs?: readonly string[];
}

export interface JobReport {
  readonly step: string;
  readonly progress: JobProgress | null;
}

export interface JobFilter {
  readonly state?: JobState;
  /** Only those that were given up. */
  readonly isDead?: boolean;
}

export interface JobCounts {
  readonly queued: number;
  readonly running: number;
  readonly dead: number;
}

/**
 * Keeps jobs. What was added survives a crash, and is begun again until it ends: handlers are therefore idempotent. A job
 * is one process's at a time, by a claim that ends unless it is renewed; what is said by a claim that has ended changes
 * nothing. All of its times are by the store's own clock, since those of processes differ.
 */
export abstract class JobStore {
  /** Durable when it returns. Throws `too-many-jobs` (unavailable) when `mostOpen` have not ended yet. */
  abstract add(job: NewJob, mostOpen: number): Promise<void>;
  abstract find(id: string): Promise<Job | undefined>;
  /** Newest first. Throws `invalid-cursor`. */
  abstract list(filter: JobFilter, page: PageRequest): Promise<Page<Job>>;
  /** Whether `claim` would find one. */
  abstract hasDue(kinds: readonly string[]): Promise<boolean>;
  /** Begins the oldest job that is due: one that waits, or one whose claim has ended. Claims it for `forMs`. */
  abstract claim(kinds: readonly string[], forMs: number): Promise<ClaimedJob | undefined>;
  /**
   * Runs `work` for who has claimed the job: whatever it writes to the database is undone, with `lease-lost`, once the
   * claim has ended.
   */
  abstract asHolder<T>(job: ClaimedJob, work: () => Promise<T>): Promise<T>;
  /** Renews the claim for `forMs`, and says how far the job is. */
  abstract report(job: ClaimedJob, forMs: number, report: JobReport): Promise<void>;
  /** Puts the job off for `forMs`; `step` says what it waits for. */
  abstract postpone(job: ClaimedJob, step: string, forMs: number): Promise<void>;
  /** Durable when it returns. */
  abstract finish(job: ClaimedJob, outcome: JobOutcome): Promise<void>;
  /** Has a dead job begun again, from its first attempt. False where it is not dead. */
  abstract requeue(id: string, act: AuditedAct): Promise<boolean>;
  /** Takes a dead job off the list of the dead; it stays failed. False where it is not dead. */
  abstract dismiss(id: string, act: AuditedAct): Promise<boolean>;
  /** Lets go, at a start, of claims whose process can't be alive; where processes share a database, only time tells. */
  abstract recover(): Promise<void>;
  abstract count(): Promise<JobCounts>;
  /** Those that ended so long ago, and the dead that were given up so long ago. */
  abstract removeEnded(keptMs: number, deadKeptMs: number): Promise<void>;
}
