import { limits } from '#kernel';
import type { Clock, PluginId } from '#kernel';
import type { DownloadLog, Downloads } from './download-log.js';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Counts downloads in memory and has them written now and then, so that none costs a write. Ever more files are not
 * counted beyond a limit: they are forgotten until the next writing.
 */
export class DownloadCounter {
  private counts = new Map<string, Downloads>();
  private readonly owed = new Set<PluginId>();
  private announcedAt = 0;
  private today = { number: NaN, text: '' };

  constructor(
    private readonly log: DownloadLog,
    private readonly clock: Clock,
  ) {}

  /** That a file was sent whole. */
  note(sha256: string): void {
    this.count({ sha256, day: this.day(), count: 1 });
  }

  /** Writes what was counted; what shows it learns of it once in a while, and at last. What fails is written next time. */
  async write({ isLast }: { isLast: boolean }): Promise<void> {
    const counted = [...this.counts.values()];
    this.counts = new Map();
    try {
      if (counted.length > 0) for (const plugin of await this.log.add(counted)) this.owed.add(plugin);
    } catch (error) {
      for (const downloads of counted) this.count(downloads);
      throw error;
    }
    const now = this.clock.now();
    const isDue = isLast || now - this.announcedAt >= limits.downloadsAnnouncedEveryMs;
    if (this.owed.size === 0 || !isDue) return;
    await this.log.announce([...this.owed]);
    this.announcedAt = now;
    this.owed.clear();
  }

  /** Today in UTC, whose text all downloads of a day share. */
  private day(): string {
    const number = Math.floor(this.clock.now() / dayMs);
    if (number !== this.today.number) {
      this.today = { number, text: new Date(number * dayMs).toISOString().slice(0, 10) };
    }
    return this.today.text;
  }

  private count(downloads: Downloads): void {
    const key = `${downloads.day} ${downloads.sha256}`;
    const before = this.counts.get(key);
    if (before === undefined && this.counts.size >= limits.downloadsKeptInMemory) return;
    this.counts.set(key, { ...downloads, count: downloads.count + (before?.count ?? 0) });
  }
}
