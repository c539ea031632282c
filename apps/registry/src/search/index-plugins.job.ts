import { Visibility } from '#catalog';
import { limits } from '#kernel';
import type { PluginId } from '#kernel';
import { searchCatchingUp } from '#search';
import type { CatchUpIndex } from '#search';
import type { Log } from '../platform/server/log.js';

interface Waiting {
  /** The wish that must be granted. */
  readonly wish: number;
  readonly granted: () => void;
}

/**
 * Keeps the search index in step: catches up when it starts and whenever something was committed, one pass at a time,
 * so that what is committed during a pass is one batch of the next. What fails is tried again, ever less often.
 */
export class IndexPlugins extends Visibility {
  /** Counts the commits heard of; a pass grants all that were heard of before it began. */
  private wished = 1;
  private granted = 0;
  /** The last wish of each plugin that is not granted yet, and the last one that was of no plugin in particular. */
  private readonly wishes = new Map<string, number>();
  private wishForAll = 1;
  private readonly waiting = new Set<Waiting>();
  private running: Promise<void> | undefined;
  private stopped = false;
  private wakeUp: (() => void) | undefined;
  private soon: NodeJS.Timeout | undefined;
  private failed = false;

  /** Where many processes feed one engine, the one that committed something is given time to do it. */
  constructor(
    private readonly catchUp: CatchUpIndex,
    private readonly log: Log,
    private readonly isShared = false,
  ) {
    super();
  }

  /** To be told of every commit that changed a plugin; once at the start, and when commits may have been missed. */
  wish(plugin?: string): void {
    this.wished += 1;
    if (plugin === undefined) this.wishForAll = this.wished;
    else this.wishes.set(plugin, this.wished);
    if (!this.isShared) this.begin();
    else this.soon ??= setTimeout(() => this.begin(), limits.indexPatienceMs * (0.5 + Math.random())).unref();
  }

  /** Whether the index has everything that was ever wished for. */
  get isInStep(): boolean {
    return this.granted === this.wished;
  }

  /** Whether it is still to catch up for the first time. Where the engine is away, it says so itself. */
  get isCatchingUp(): boolean {
    return this.granted === 0 && !(this.isShared && this.failed);
  }

  /** Resolves once searches may be answered. Throws `search-unavailable` where that takes long. */
  async caughtUp(): Promise<void> {
    if (this.isCatchingUp) await this.grantedOrLate(1);
    if (this.isCatchingUp) throw searchCatchingUp();
  }

  override async reached(plugin: PluginId): Promise<void> {
    const wish = Math.max(this.wishForAll, this.wishes.get(plugin) ?? 0);
    if (wish <= this.granted) return;
    this.begin();
    await this.grantedOrLate(wish);
  }

  private async grantedOrLate(wish: number): Promise<void> {
    // Nobody waits for an engine that is away; what it lacks it is told when it is back.
    if (this.failed || this.stopped) return;
    await new Promise<void>((resolve) => {
      const one = { wish, granted: () => settle() };
      const settle = (): void => {
        clearTimeout(timer);
        this.waiting.delete(one);
        resolve();
      };
      const timer = setTimeout(settle, limits.waitForIndexMs);
      this.waiting.add(one);
    });
  }

  /** Ends after the pass that runs; whoever waits is let go. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.soon);
    this.wakeUp?.();
    await this.running;
    for (const one of this.waiting) one.granted();
  }

  private begin(): void {
    clearTimeout(this.soon);
    this.soon = undefined;
    if (this.running || this.stopped) return;
    this.running = this.run().finally(() => {
      this.running = undefined;
      if (!this.isInStep) this.begin();
    });
  }

  private async run(): Promise<void> {
    let pauseMs: number = limits.indexRetryFirstMs;
    while (!this.stopped && !this.isInStep) {
      const wish = this.wished;
      try {
        await this.catchUp.run();
        if (this.failed) this.log.info({}, 'the search index is up to date again');
        this.failed = false;
        this.letGo(wish);
        pauseMs = limits.indexRetryFirstMs;
      } catch (error) {
        // An engine that is away for hours is one line, not one for each time it is tried.
        if (this.failed) this.log.debug({ error, pauseMs }, 'the search index is still not up to date');
        else
          this.log.warn({ error }, 'the search index could not be brought up to date; trying until it can');
        this.failed = true;
        await this.pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, limits.indexRetryLastMs);
      }
    }
  }

  private letGo(wish: number): void {
    this.granted = Math.max(this.granted, wish);
    for (const [plugin, wished] of this.wishes) if (wished <= this.granted) this.wishes.delete(plugin);
    for (const one of this.waiting) if (one.wish <= wish) one.granted();
  }

  private async pause(ms: number): Promise<void> {
    if (this.stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeUp = undefined;
  }
}
