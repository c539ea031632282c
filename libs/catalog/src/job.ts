import type { RefusalKind } from '#kernel';

export type JobState = 'queued' | 'running' | 'done' | 'failed';

/** Why a job failed: a refusal, or a bug where `kind` is null. */
export interface JobProblem {
  readonly kind: RefusalKind | null;
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | null;
}

export interface JobProgress {
  readonly done: number;
  readonly of: number;
}

/** Work that outlives the request that asked for it, and the process that began it. Ids are UUIDs. */
export interface Job {
  readonly id: string;
  /** Which handler knows what to do, e.g. `publish`. */
  readonly kind: string;
  readonly state: JobState;
  /** What is being done, in words for a person. */
  readonly step: string;
  readonly progress: JobProgress | null;
  /** What its handler needs; JSON. Empty once the job has ended. */
  readonly payload: unknown;
  /** What it came to; JSON. */
  readonly result: unknown;
  readonly problem: JobProblem | null;
  /** Who asked for it, and for which publisher. */
  readonly accountId: string | null;
  readonly publisher: string | null;
  /** How often it was begun. */
  readonly attempts: number;
  /** When it was given up, for a person to look at and to requeue; null unless it was. */
  readonly deadAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a job ends with. */
export type JobOutcome =
  | { readonly state: 'done'; readonly result: unknown }
  | {
      readonly state: 'failed';
      readonly problem: JobProblem;
      /** Whether a person should look at it: it met no refusal that is an answer, but what is away or a bug. */
      readonly isDead: boolean;
    };

/** A job that a process has begun; the claim is a new one each time. */
export interface ClaimedJob extends Job {
  readonly claim: string;
}

export const hasEnded = ({ state }: Pick<Job, 'state'>): boolean => state === 'done' || state === 'failed';
