import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Leadership } from '#kernel';
import type { Log } from './server/log.js';

const intervalMs = 3_600_000;

interface RotatedKeys {
  rotateWhenDue(): Promise<void>;
}

/** Announces the next of the keys in time; one process does it for all. */
export class RotateKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    /** What the keys sign, in the plural, for the log and the lease. */
    private readonly signed: string,
    private readonly keys: RotatedKeys,
    private readonly leadership: Leadership,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.run(), intervalMs);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async run(): Promise<void> {
    try {
      await this.leadership.attempt(`rotate-keys-of-${this.signed.replaceAll(' ', '-')}`, (term) =>
        term.fenced(() => this.keys.rotateWhenDue()),
      );
    } catch (error) {
      this.log.error(
        { error },
        `the next key for ${this.signed} could not be announced; it is tried again in an hour`,
      );
    }
  }
}
