import { setImmediate as yieldToOthers, setTimeout as wait } from 'node:timers/promises';
import { limits } from '#kernel';
import type { Leadership } from '#kernel';
import { IndexDrift } from '#search';
import type { IndexedPlugins, KeptIndex, MendIndex } from '#search';
import type { Log } from '../platform/server/log.js';

/**
 * Holds the index against the database now and then, and has it built anew where they differ: nothing should make them
 * differ, and nobody would notice. Of several processes one does it.
 */
export class CheckIndex {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private drift = 0;

  constructor(
    private readonly leadership: Leadership,
    private readonly open: () => Promise<KeptIndex | string | null>,
    private readonly plugins: IndexedPlugins,
    private readonly mend: MendIndex,
    private readonly log: Log,
  ) {}

  /** How many plugins had drifted when it was last looked. */
  get drifted(): number {
    return this.drift;
  }

  start(): void {
    this.timer = setInterval(() => {
      this.running = this.running.then(() => this.compare());
    }, limits.indexComparedEveryMs).unref();
  }

  /** Doesn't wait for a comparison: the engine and the database are closed after it, and end it. */
  stop(): void {
    clearInterval(this.timer);
  }

  private async compare(): Promise<void> {
    try {
      await this.leadership.attempt('check-search-index', () => this.check());
    } catch (error) {
      this.log.warn({ error }, 'the search index could not be held against the database; trying again later');
    }
  }

  private async check(): Promise<void> {
    const kept = await this.open();
    // What is missing or damaged is found when it is used, and made anew then.
    if (kept === null || typeof kept === 'string') return;
    try {
      const pauses = { again: () => wait(limits.verifyLookAgainMs), between: () => yieldToOthers() };
      this.drift = await this.mend.run(new IndexDrift(kept, this.plugins, pauses));
      if (this.drift > 0) {
        this.log.error(
          { plugins: this.drift },
          'searches showed something else than the database has: built anew',
        );
      }
    } finally {
      await kept.close();
    }
  }
}
