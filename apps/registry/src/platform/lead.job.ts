import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '#kernel';
import type { Leadership, Term } from '#kernel';
import type { Log } from './server/log.js';

/**
 * Stands for a leadership as long as the process runs: does `work` while it leads, and asks again when it does not, or
 * when a term has ended. `work` returns soon after its term's signal is aborted.
 */
export class Lead {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly leadership: Leadership,
    /** Kebab-case, e.g. `feed-search-index`. */
    private readonly name: string,
    private readonly work: (term: Term) => Promise<void>,
    private readonly log: Log,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** Gives the term up; resolves once `work` has returned. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.stand();
      await pause(limits.leaseWantedEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async stand(): Promise<void> {
    try {
      await this.leadership.attempt(this.name, async (term) => {
        // Stopped while it was asked for: nobody would hear of the abort any more.
        if (this.stopping.signal.aborted) return;
        this.log.info({ lease: this.name, token: term.token }, 'this process leads');
        const giveUp = (): void => term.giveUp();
        this.stopping.signal.addEventListener('abort', giveUp);
        await this.work(term).finally(() => this.stopping.signal.removeEventListener('abort', giveUp));
      });
    } catch (error) {
      if (!this.stopping.signal.aborted) {
        this.log.warn({ lease: this.name, error }, 'what this process leads was interrupted');
      }
    }
  }
}
