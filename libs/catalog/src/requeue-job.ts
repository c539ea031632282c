import type { Actor, Clock } from '#kernel';
import { jobNotDead, jobNotFound } from './errors.js';
import type { JobStore } from './job-store.js';

/** Has a job that was given up begun again, from its first attempt. */
export class RequeueJob {
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
      action: 'requeue-job',
      target: `job:${id}`,
      reason: null,
      details,
      at: this.clock.now(),
    };
    if (!(await this.jobs.requeue(id, act))) throw jobNotDead();
  }
}
