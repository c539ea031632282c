import { describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import type { PluginId } from '#kernel';
import { searchUnavailable } from '#search';
import type { CatchUpIndex } from '#search';
import { eventually } from '#testing';
import { openLog } from '../platform/server/log.js';
import { IndexPlugins } from './index-plugins.job.js';

/** Passes that are held until they are let go, or fail. */
class HeldPasses {
  begun = 0;
  private readonly held: { done: () => void; fail: (error: Error) => void }[] = [];

  run(): Promise<void> {
    this.begun += 1;
    return new Promise((resolve, reject) => {
      this.held.push({ done: resolve, fail: reject });
    });
  }

  async finish(error?: Error): Promise<void> {
    const pass = this.held.shift();
    if (error) pass?.fail(error);
    else pass?.done();
    await wait(5);
  }
}

function start() {
  const passes = new HeldPasses();
  const lines: unknown[] = [];
  const log = openLog('info', { write: (line) => void lines.push(JSON.parse(line)) });
  const job = new IndexPlugins(passes as unknown as CatchUpIndex, log);
  return { passes, job, lines };
}

const stateOf = async (promise: Promise<void>): Promise<string> =>
  Promise.race([promise.then(() => 'reached'), wait(10).then(() => 'waiting')]);

const plugin = 'acme/tool' as PluginId;

describe('IndexPlugins', () => {
  it('takes all that is committed during a pass into the next one, and no more passes than that', async () => {
    const { passes, job } = start();
    job.wish();
    for (let index = 0; index < 50; index += 1) job.wish();
    expect(passes.begun).toBe(1);
    await passes.finish();
    expect(passes.begun).toBe(2);
    await passes.finish();
    expect(passes.begun).toBe(2);
    expect(job.isInStep).toBe(true);
  });

  it('lets nobody go on whose commit came after the pass had begun', async () => {
    const { passes, job } = start();
    job.wish();
    job.wish();
    const reached = job.reached(plugin);
    await passes.finish();
    expect(await stateOf(reached)).toBe('waiting');
    await passes.finish();
    expect(await stateOf(reached)).toBe('reached');
  });

  it('lets go whose commit a pass has taken in, though others committed after it', async () => {
    const { passes, job } = start();
    job.wish();
    await passes.finish();
    job.wish(plugin);
    job.wish('acme/other');
    const [reached, other] = [job.reached(plugin), job.reached('acme/other')];
    await passes.finish();
    expect(await stateOf(reached)).toBe('reached');
    expect(await stateOf(other)).toBe('waiting');
    await passes.finish();
    expect(await stateOf(other)).toBe('reached');
  });

  it('tries again what failed, and isn’t ready before it has worked', async () => {
    const { passes, job } = start();
    job.wish();
    await passes.finish(new Error('away'));
    expect(job.isCatchingUp).toBe(true);
    await eventually(() => passes.begun === 2);
    await passes.finish();
    expect(job.isCatchingUp).toBe(false);
  });

  it('lets searches wait for the first pass, and refuses them where it takes long', async () => {
    const { passes, job } = start();
    job.wish();
    await expect(job.caughtUp()).rejects.toMatchObject({ code: 'search-unavailable', retryAfterSeconds: 1 });
    const waiting = job.caughtUp();
    await passes.finish();
    await waiting;
    await job.caughtUp();
  });

  it('says once that the engine is away, without a stack, and once that it is back', async () => {
    const { passes, job, lines } = start();
    job.wish();
    await passes.finish(searchUnavailable(new Error('refused')));
    await eventually(() => passes.begun === 2);
    await passes.finish(searchUnavailable(new Error('refused')));
    await eventually(() => passes.begun === 3);
    await passes.finish();
    expect(lines).toMatchObject([
      { level: 'warn', error: { code: 'search-unavailable', cause: { message: 'refused' } } },
      { level: 'info' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('"stack"');
  });

  it('waits two seconds at most, and lets everybody go when the store stops', async () => {
    const { passes, job } = start();
    job.wish();
    const startedAt = performance.now();
    await job.reached(plugin);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    const late = job.reached(plugin);
    const stopped = job.stop();
    await passes.finish();
    await stopped;
    expect(await stateOf(late)).toBe('reached');
  });

  it('still answers no search when it is stopped before its first pass has worked', async () => {
    const { passes, job } = start();
    job.wish();
    const stopped = job.stop();
    await passes.finish(new Error('away'));
    await stopped;
    expect(job.isCatchingUp).toBe(true);
    await expect(job.caughtUp()).rejects.toMatchObject({ code: 'search-unavailable' });
  });
});
