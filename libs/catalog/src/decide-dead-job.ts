import type { Actor, Clock } from '#kernel';
import { jobNotDead, jobNotFound } from './errors.js';
import type { JobStore } from './job-store.js';

/**
 * `requeue`: it is begun again, from its first attempt. `dismiss`: it goes off the list of what was given up, and stays
 * failed.
 */
export type DeadJobDecision = 'requeue' | 'dismiss';

/** What a person makes of a job that was given up. */
export class DecideDeadJob {
  constructor(
    private readonly jobs: JobStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `job-not-found`, and `job-not-dead` for any other job. */
  async run(id: string, decision: DeadJobDecision, actor: Actor): Promise<void> {
    const job = await this.jobs.find(id);
    if (!job) throw jobNotFound();
    const act = {
      actor,
      action: `${decision}-job`,
      target: `job:${id}`,
      reason: null,
      details: { kind: job.kind, problem: job.problem?.code ?? null },
      at: this.clock.now(),
    };
    if (!(await this.jobs[decision](id, act))) throw jobNotDead();
  }
}
