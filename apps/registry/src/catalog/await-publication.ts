import { hasEnded } from '#catalog';
import type { Job, Published, ReleaseStore, Visibility } from '#catalog';
import { limits } from '#kernel';
import type { PluginId } from '#kernel';
import type { InFlight } from '../platform/server/in-flight.js';
import { refusalOf } from './job.body.js';
import type { PublishedByJob } from './release-jobs.js';
import type { RunJobs } from './run-jobs.job.js';

/** Waits for the job of a publication as long as the caller would. */
export class AwaitPublication {
  constructor(
    private readonly runJobs: RunJobs,
    private readonly releases: ReleaseStore,
    private readonly visibility: Visibility,
    private readonly inFlight: InFlight,
  ) {}

  /** Throws what the job was refused with. Those who wait take no place from others: beyond some, nobody waits. */
  async run(id: string, waitMs: number): Promise<{ published: Published } | { unfinished: Job }> {
    const places = this.inFlight.of('waiting for jobs');
    const isCrowded = places.count >= limits.requestsWaitingForJobs;
    if (!isCrowded) places.enter(limits.requestsWaitingForJobs);
    try {
      const job = await this.runJobs.ended(id, isCrowded ? 0 : waitMs);
      if (!job) throw new Error('A job was gone before it could be answered with.');
      if (!hasEnded(job)) return { unfinished: job };
      if (job.state === 'failed') throw refusalOf(job);
      return { published: await this.publishedBy(job.result as PublishedByJob) };
    } finally {
      if (!isCrowded) places.leave();
    }
  }

  private async publishedBy({ outcome, plugin, version }: PublishedByJob): Promise<Published> {
    const release = await this.releases.find(plugin as PluginId, version);
    if (!release) throw new Error('A job published a release that is not there.');
    // Another process may have done it.
    await this.visibility.reached(release.plugin);
    return { outcome, release };
  }
}
