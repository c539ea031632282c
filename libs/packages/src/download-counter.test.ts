import { describe, expect, it } from '@jest/globals';
import { limits } from '#kernel';
import type { PluginId } from '#kernel';
import { DownloadCounter } from './download-counter.js';
import { DownloadLog } from './download-log.js';
import type { Downloads } from './download-log.js';

class FakeLog extends DownloadLog {
  added: Downloads[][] = [];
  announced: PluginId[][] = [];
  fails = false;

  override async add(downloads: readonly Downloads[]): Promise<readonly PluginId[]> {
    if (this.fails) throw new Error('away');
    this.added.push([...downloads]);
    return ['acme/tool'];
  }

  override async announce(plugins: readonly PluginId[]): Promise<void> {
    this.announced.push([...plugins]);
  }
}

function start() {
  const log = new FakeLog();
  const clock = { time: Date.parse('2026-01-31T23:59:59Z'), now: () => clock.time };
  return { log, clock, counter: new DownloadCounter(log, clock) };
}

describe('DownloadCounter', () => {
  it('writes once for any number of downloads, by day, and nothing where there were none', async () => {
    const { log, clock, counter } = start();
    for (let count = 0; count < 1_000; count += 1) counter.note('ab');
    clock.time += 2_000;
    counter.note('ab');
    await counter.write({ isLast: false });
    await counter.write({ isLast: true });
    expect(log.added).toEqual([
      [
        { sha256: 'ab', day: '2026-01-31', count: 1_000 },
        { sha256: 'ab', day: '2026-02-01', count: 1 },
      ],
    ]);
  });

  it('announces a plugin at most once a minute, and what is still owed at last', async () => {
    const { log, clock, counter } = start();
    for (let second = 0; second < 120; second += 10) {
      counter.note('ab');
      await counter.write({ isLast: false });
      clock.time += 10_000;
    }
    expect(log.added).toHaveLength(12);
    expect(log.announced).toHaveLength(2);
    counter.note('ab');
    await counter.write({ isLast: true });
    expect(log.announced).toHaveLength(3);
    await counter.write({ isLast: true });
    expect(log.announced).toHaveLength(3);
  });

  it('keeps for the next time what could not be written, with what came meanwhile', async () => {
    const { log, counter } = start();
    counter.note('ab');
    log.fails = true;
    await expect(counter.write({ isLast: false })).rejects.toThrow('away');
    log.fails = false;
    counter.note('ab');
    await counter.write({ isLast: false });
    expect(log.added).toEqual([[{ sha256: 'ab', day: '2026-01-31', count: 2 }]]);
  });

  it('holds no more files than its limit', async () => {
    const { log, counter } = start();
    for (let file = 0; file < limits.downloadsKeptInMemory + 10; file += 1) counter.note(`${file}`);
    await counter.write({ isLast: false });
    expect(log.added[0]).toHaveLength(limits.downloadsKeptInMemory);
  });
});
