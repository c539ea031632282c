import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { ManifestKeys } from '#install';
import type { Log } from '../platform/log.js';

const intervalMs = 3_600_000;

/** Announces the next key for manifests in time. */
export class RotateManifestKey implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly keys: ManifestKeys,
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
        'the next key for manifests could not be announced; it is tried again in an hour',
      );
    }
  }
}
