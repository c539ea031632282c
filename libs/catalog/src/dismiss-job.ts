import type { Actor, Clock } from '#kernel';
import { jobNotDead, jobNotFound } from './errors.js';
import type { JobStore } from './job-store.js';

/** Takes a job that was given up off the list of those; it stays failed. */
export class DismissJob {
  constructor(
    private readonly jobs: JobStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `job-not-found`, and `job-not-dead` for any other job. */
  async run(id: string, actor: Actor): Promise<void> {
    const job = await this.jobs.find(id);
    if (!job) throw jobNotFound();
    const details = { kind: job.kind, problem: job.problem?.code ?? null };
    const act = {
      actor,
      action: 'dismiss-job',
      target: `job:${id}`,
      reason: null,
      details,
      at: this.clock.now(),
    };
    if (!(await this.jobs.dismiss(id, act))) throw jobNotDead();
  }
}
