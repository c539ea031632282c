import type { BeforeApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Principals } from '#access';
import { limits } from '#kernel';
import type { Log } from '../server/log.js';

/** Writes down now and then which tokens and keys were used, so that no request waits for it. */
export class WriteLastUses implements OnModuleInit, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly principals: Principals,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.run(), limits.lastUseWrittenEveryMs).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.run();
  }

  private async run(): Promise<void> {
    try {
      await this.principals.writeUses();
    } catch (error) {
      this.log.warn({ error }, 'the last use of some tokens and keys could not be written');
    }
  }
}
