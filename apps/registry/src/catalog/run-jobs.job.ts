import { randomUUID } from 'node:crypto';
import { hasEnded } from '#catalog';
import type { Job, JobOutcome, JobProblem, JobProgress, JobStore } from '#catalog';
import { limits, RegistryError } from '#kernel';
import type { Clock } from '#kernel';
import type { Log } from '../platform/log.js';

/** Tells how far a job is. */
export type ReportStep = (step: string, progress: JobProgress | null) => void;

/** Does the jobs of one kind. May be begun anew for a job that was interrupted anywhere. */
export interface JobHandler {
  readonly kind: string;
  /** What it resolves to is the job's result; a refusal that it throws is the job's problem. */
  perform(job: Job, report: ReportStep): Promise<unknown>;
}

/**
 * Does jobs, a few at a time: those of this process at once, those of others when they are looked for. What is not to be
 * had now is tried again, ever later, a few times.
 */
export class RunJobs {
  private readonly by = randomUUID();
  private readonly running = new Map<string, Promise<void>>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private timers: NodeJS.Timeout[] = [];
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
    await this.store.recover(this.clock.now());
    const every = (ms: number, what: () => void) => setInterval(what, ms).unref();
    this.timers = [
      every(limits.jobsLookedForEveryMs, () => this.wish()),
      every(limits.jobsRemovedEveryMs, () => void this.attempt(() => this.removeEnded())),
    ];
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
    for (const timer of this.timers) clearInterval(timer);
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
    const now = this.clock.now();
    for (const id of this.running.keys()) {
      await this.store.postpone(id, this.by, 'waiting', { now, runAt: now });
    }
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
    const now = this.clock.now();
    if (this.stopped || !(await this.store.hasDue(kinds, now))) return false;
    const job = await this.store.claim(kinds, { by: this.by, now, until: now + limits.jobClaimMs });
    if (job) this.begin(job);
    return job !== undefined;
  }

  private begin(job: Job): void {
    const work = this.attempt(() => this.run(job)).finally(() => {
      this.running.delete(job.id);
      for (const told of this.listeners.get(job.id) ?? []) told();
      this.wish();
    });
    this.running.set(job.id, work);
  }

  private async run(job: Job): Promise<void> {
    let latest: { step: string; progress: JobProgress | null } = { step: 'beginning', progress: null };
    const say = () =>
      void this.attempt(() => {
        const now = this.clock.now();
        return this.store.report(job.id, { by: this.by, now, until: now + limits.jobClaimMs }, latest);
      });
    const renewal = setInterval(say, limits.jobClaimRenewedEveryMs).unref();
    try {
      const outcome = await this.outcomeOf(job, (step, progress) => {
        latest = { step, progress };
        say();
      });
      if (outcome) await this.store.finish(job.id, this.by, outcome, this.clock.now());
    } finally {
      clearInterval(renewal);
    }
  }

  /** Undefined where it was put off. */
  private async outcomeOf(job: Job, report: ReportStep): Promise<JobOutcome | undefined> {
    try {
      const handler = this.handlers.find(({ kind }) => kind === job.kind);
      if (!handler || job.attempts > limits.jobBeginnings) throw new Error('The job never ended.');
      return { state: 'done', result: await handler.perform(job, report) };
    } catch (error) {
      const isUnavailable = error instanceof RegistryError && error.kind === 'unavailable';
      if (isUnavailable && job.attempts < limits.jobAttempts) return this.postpone(job, error);
      if (!(error instanceof RegistryError)) this.log.error({ error, requestId: job.id }, 'a job failed');
      return { state: 'failed', problem: problemOf(error) };
    }
  }

  private async postpone(job: Job, { message }: RegistryError): Promise<undefined> {
    const now = this.clock.now();
    const runAt = now + limits.jobRetryFirstMs * 2 ** (job.attempts - 1);
    await this.store.postpone(job.id, this.by, `to be tried again: ${message}`, { now, runAt });
    setTimeout(() => this.wish(), runAt - now).unref();
    return undefined;
  }

  private async removeEnded(): Promise<void> {
    await this.store.removeEnded(this.clock.now() - limits.jobEndedKeptMs);
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

function problemOf(error: unknown): JobProblem {
  if (error instanceof RegistryError) {
    const { kind, code, message, details, retryAfterSeconds = null } = error;
    return { kind, code, message, details, retryAfterSeconds };
  }
  const message = 'Something broke on our side. The log has it under the id of the job.';
  return { kind: null, code: 'internal-error', message, details: {}, retryAfterSeconds: null };
}
