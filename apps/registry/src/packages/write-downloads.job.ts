import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { limits } from '#kernel';
import type { DownloadCounter } from '#packages';
import type { Log } from '../platform/server/log.js';

/** Has the downloads written now and then, and what is left when no request is under way any more. */
export class WriteDownloads implements OnModuleInit, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly counter: DownloadCounter,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.begin(false), limits.downloadsWrittenEveryMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.begin(true);
    await this.running;
  }

  /** One after the other: the one that runs may have taken what is counted and not yet have written it. */
  private begin(isLast: boolean): void {
    this.running = this.running.then(() => this.write(isLast));
  }

  private async write(isLast: boolean): Promise<void> {
    try {
      await this.counter.write({ isLast });
    } catch (error) {
      this.log.warn({ error }, 'some downloads could not be counted');
    }
  }
}
