import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/**
 * Makes commits durable without blocking the event loop. SQLite at `synchronous = NORMAL` writes each commit to the
 * write-ahead log and leaves the fsync to us: one fdatasync of the log, on another thread, serves every commit that
 * was written before it began. The order on disk is the one that `synchronous = FULL` gives; only who waits differs.
 */
export class WalSync {
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  private constructor(private readonly log: FileHandle) {}

  static async open(path: string): Promise<WalSync> {
    return new WalSync(await open(path, 'r+'));
  }

  /** Resolves once everything that was committed before the call is on disk. */
  flush(): Promise<void> {
    if (!this.running) return this.start();
    // The sync that runs may have begun before our commit was written: wait for the one after it.
    const again = () => this.start();
    this.next ??= this.running.then(again, again);
    return this.next;
  }

  async close(): Promise<void> {
    await this.running?.catch(() => undefined);
    await this.next?.catch(() => undefined);
    await this.log.close();
  }

  private start(): Promise<void> {
    this.next = undefined;
    const run = this.log.datasync().finally(() => {
      if (this.running === run) this.running = undefined;
    });
    this.running = run;
    return run;
  }
}
