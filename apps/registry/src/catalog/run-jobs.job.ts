import { setTimeout as pause } from 'node:timers/promises';
import { hasEnded } from '#catalog';
import type { ClaimedJob, Job, JobOutcome, JobProblem, JobProgress, JobStore } from '#catalog';
import { limits, RegistryError } from '#kernel';
import type { Clock, Term } from '#kernel';
import type { Log } from '../platform/server/log.js';

/** Tells how far a job is. */
export type ReportStep = (step: string, progress: JobProgress | null) => void;

/** Does the jobs of one kind. May be begun anew for a job that was interrupted anywhere. */
export interface JobHandler {
  readonly kind: string;
  /** What it resolves to is the job's result; a refusal that it throws is the job's problem. */
  perform(job: Job, report: ReportStep): Promise<unknown>;
}

/**
 * Does jobs, a few at a time, as soon as it hears of one. What is not to be had now is tried again, ever later, a few
 * times; then it is given up, for a person to look at. What a job writes once another process has it is undone.
 */
export class RunJobs {
  private readonly running = new Map<ClaimedJob, Promise<void>>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private timer: NodeJS.Timeout | undefined;
  private filling: Promise<void> | undefined;
  private wished = false;
  private started = false;
  private stopped = false;

  constructor(
    private readonly store: JobStore,
    private readonly handlers: readonly JobHandler[],
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** What was running when the last process ended is begun again. A process that is not started does no jobs. */
  async start(): Promise<void> {
    this.started = true;
    await this.store.recover();
    this.timer = setInterval(() => this.wish(), limits.jobsLookedForEveryMs).unref();
    this.wish();
  }

  /** To be told of every commit that changed the job, so that whoever waits for it looks again, and of a new one. */
  heard(id: string): void {
    for (const told of this.listeners.get(id) ?? []) told();
    this.wish();
  }

  /** To be told when there may be a job to do. */
  wish(): void {
    this.wished = true;
    if (this.filling || !this.started || this.stopped) return;
    this.filling = this.attempt(() => this.fill()).finally(() => {
      this.filling = undefined;
    });
  }

  /** The job once it has ended, or as it is when `waitMs` are over; undefined where there is none. */
  async ended(id: string, waitMs: number): Promise<Job | undefined> {
    const until = this.clock.now() + waitMs;
    for (;;) {
      const heard = this.listen(id);
      try {
        const job = await this.store.find(id);
        const leftMs = until - this.clock.now();
        if (!job || hasEnded(job) || leftMs <= 0 || this.stopped) return job;
        // Another process may be the one that does it.
        await heard.within(Math.min(leftMs, limits.jobsLookedForEveryMs));
      } finally {
        heard.stop();
      }
    }
  }

  /** Begins nothing more. What runs is waited for as long as a stop may take; whoever starts or looks next begins the rest again. */
  async stop(waitMs: number): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    // Whoever waits is answered with where to ask later.
    for (const told of [...this.listeners.values()].flatMap((all) => [...all])) told();
    await this.filling;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, waitMs)));
    await Promise.race([Promise.all(this.running.values()), patience]);
    clearTimeout(timer);
    await this.attempt(() => this.letGo());
  }

  /** What could not be waited for is free at once, for whichever process looks first, and not when its claim has ended. */
  private async letGo(): Promise<void> {
    for (const job of this.running.keys()) await this.store.postpone(job, 'waiting', 0);
  }

  private async fill(): Promise<void> {
    while (this.wished) {
      this.wished = false;
      let began = true;
      while (began && this.running.size < limits.jobsAtOnce) began = await this.beginNext();
    }
  }

  private async beginNext(): Promise<boolean> {
    const kinds = this.handlers.map(({ kind }) => kind);
    if (this.stopped || !(await this.store.hasDue(kinds))) return false;
    const job = await this.store.claim(kinds, limits.jobClaimMs);
    if (job) this.begin(job);
    return job !== undefined;
  }

  private begin(job: ClaimedJob): void {
    const work = this.attempt(() => this.run(job)).finally(() => {
      this.running.delete(job);
      this.wish();
    });
    this.running.set(job, work);
  }

  private async run(job: ClaimedJob): Promise<void> {
    let latest: { step: string; progress: JobProgress | null } = { step: 'beginning', progress: null };
    const say = oneAtATime(() => this.attempt(() => this.store.report(job, limits.jobClaimMs, latest)));
    const renewal = setInterval(say, limits.jobClaimRenewedEveryMs).unref();
    try {
      const outcome = await this.outcomeOf(job, (step, progress) => {
        latest = { step, progress };
        say();
      });
      if (outcome) await this.store.finish(job, outcome);
    } finally {
      clearInterval(renewal);
    }
  }

  /** Undefined where it was put off, or is another process's by now. */
  private async outcomeOf(job: ClaimedJob, report: ReportStep): Promise<JobOutcome | undefined> {
    try {
      const handler = this.handlers.find(({ kind }) => kind === job.kind);
      if (!handler || job.attempts > limits.jobBeginnings) throw new Error('The job never ended.');
      return { state: 'done', result: await this.store.asHolder(job, () => handler.perform(job, report)) };
    } catch (error) {
      if (isLost(error)) return undefined;
      const isUnavailable = error instanceof RegistryError && error.kind === 'unavailable';
      if (isUnavailable && job.attempts < limits.jobAttempts) return this.postpone(job, error);
      if (!(error instanceof RegistryError)) this.log.error({ error, requestId: job.id }, 'a job failed');
      const isAnswer = error instanceof RegistryError && !isUnavailable;
      return { state: 'failed', problem: problemOf(error), isDead: !isAnswer };
    }
  }

  private async postpone(job: ClaimedJob, { message }: RegistryError): Promise<undefined> {
    const forMs = limits.jobRetryFirstMs * 2 ** (job.attempts - 1);
    await this.store.postpone(job, `to be tried again: ${message}`, forMs);
    setTimeout(() => this.wish(), forMs).unref();
    return undefined;
  }

  /** Removes now and then what ended long ago: one process does it for all. */
  async removeEnded(term: Term): Promise<void> {
    const { signal } = term;
    while (!signal.aborted) {
      await this.attempt(() =>
        term.fenced(() => this.store.removeEnded(limits.jobEndedKeptMs, limits.jobDeadKeptMs)),
      );
      await pause(limits.jobsRemovedEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private listen(id: string): { within(ms: number): Promise<void>; stop(): void } {
    let told: () => void = () => undefined;
    const heard = new Promise<void>((resolve) => (told = resolve));
    const others = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, others.add(told));
    let timer: NodeJS.Timeout | undefined;
    return {
      within: (ms) =>
        Promise.race([heard, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]),
      stop: () => {
        clearTimeout(timer);
        others.delete(told);
        if (others.size === 0) this.listeners.delete(id);
      },
    };
  }

  /** What fails here is the database: the claim ends by itself, and the job is begun again. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.stopped) this.log.warn({ error }, 'jobs could not be looked after');
    }
  }
}

/** Runs `work` when it is called, and once more afterwards where it was called meanwhile: what is said last stays. */
function oneAtATime(work: () => Promise<void>): () => void {
  let asked = 0;
  let begun = 0;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    while (begun < asked) {
      begun = asked;
      await work();
    }
  };
  return () => {
    asked += 1;
    running ??= run().finally(() => (running = undefined));
  };
}

/** What was written then was undone, and whoever has the job now does it. */
const isLost = (error: unknown): boolean => error instanceof RegistryError && error.code === 'lease-lost';

function problemOf(error: unknown): JobProblem {
  if (error instanceof RegistryError) {
    const { kind, code, message, details, retryAfterSeconds = null } = error;
    return { kind, code, message, details, retryAfterSeconds };
  }
  const message = 'Something broke on our side. The log has it under the id of the job.';
  return { kind: null, code: 'internal-error', message, details: {}, retryAfterSeconds: null };
}
