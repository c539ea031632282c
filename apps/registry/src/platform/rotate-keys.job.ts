import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Log } from './log.js';

const intervalMs = 3_600_000;

interface RotatedKeys {
  rotateWhenDue(): Promise<void>;
}

/** Announces the next of the keys in time. */
export class RotateKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    /** What the keys sign, for the log. */
    private readonly signed: string,
    private readonly keys: RotatedKeys,
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
      await this.keys.rotateWhenDue();
    } catch (error) {
      this.log.error(
        { error },
        `the next key for ${this.signed} could not be announced; it is tried again in an hour`,
      );
    }
  }
}
