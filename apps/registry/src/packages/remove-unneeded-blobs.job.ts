import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { limits } from '#kernel';
import type { Leadership } from '#kernel';
import type { RemoveBlobs, RemovedBlobs } from '#packages';
import type { Log } from '../platform/server/log.js';
import type { Metrics } from '../platform/server/metrics.js';
import type { StoreSettings } from '../platform/settings/store-settings.js';

/** Has blobs removed now and then that nothing needs, by one process of the store. */
export class RemoveUnneededBlobs implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;
  private last: RemovedBlobs | undefined;

  constructor(
    private readonly removeBlobs: RemoveBlobs,
    private readonly leadership: Leadership,
    private readonly settings: StoreSettings,
    metrics: Metrics,
    private readonly log: Log,
  ) {
    metrics.gauge('mortise_blobs', 'Blobs that were kept when this process last looked through them.', () =>
      this.count('blobs'),
    );
    metrics.gauge(
      'mortise_unneeded_blob_bytes',
      'Bytes of blobs that nothing needed when this process last looked through them.',
      () => this.count('unneededBytes'),
    );
  }

  onApplicationBootstrap(): void {
    if (this.settings.values.role !== 'serve') this.plan(limits.blobsRemovedFirstMs);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private plan(afterMs: number): void {
    const begin = (): void => void (this.running = this.run());
    this.timer = setTimeout(begin, afterMs).unref();
  }

  private async run(): Promise<void> {
    try {
      const { blobGraceMs: graceMs } = this.settings.values;
      const seen = await this.leadership.attempt('remove-blobs', (term) =>
        this.removeBlobs.run({ graceMs, dryRun: false, confirm: () => term.confirm() }),
      );
      if (seen === undefined) this.log.debug({}, 'another process looks for blobs that nothing needs');
      else this.log.info({ ...seen }, 'blobs that nothing needs were looked for');
      this.last = seen ?? this.last;
    } catch (error) {
      if (!this.stopped) this.log.warn({ error }, 'blobs that nothing needs could not be removed');
    }
    if (!this.stopped) this.plan(limits.blobsRemovedEveryMs);
  }

  private count(what: 'blobs' | 'unneededBytes'): number {
    return this.last?.[what] ?? 0;
  }
}
