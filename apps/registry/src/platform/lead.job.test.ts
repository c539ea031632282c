import { expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { Leadership, limits } from '#kernel';
import type { Term } from '#kernel';
import { Lead } from './lead.job.js';
import { openLog } from './log.js';

const log = openLog('silent');

/** Leads unless it is told that another does. */
class OneLeader extends Leadership {
  taken = false;
  tokens = 0;

  override async attempt<T>(_name: string, work: (term: Term) => Promise<T>): Promise<T | undefined> {
    if (this.taken) return undefined;
    const aborting = new AbortController();
    const term: Term = {
      token: (this.tokens += 1),
      signal: aborting.signal,
      confirm: () => Promise.resolve(),
      fenced: (what) => what(),
      giveUp: () => aborting.abort(),
    };
    return work(term);
  }
}

it('does its work whenever it leads, again after a term that broke off, and stops when it is told', async () => {
  const leadership = new OneLeader();
  leadership.taken = true;
  const seen: number[] = [];
  const lead = new Lead(
    leadership,
    'sweep',
    async ({ token, signal }) => {
      seen.push(token);
      if (token === 1) throw new Error('broke off');
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
    log,
  );
  lead.start();
  await pause(50);
  expect(seen).toEqual([]);
  leadership.taken = false;
  await pause(limits.leaseWantedEveryMs * 2.5);
  expect(seen).toEqual([1, 2]);
  await lead.stop();
  expect(leadership.tokens).toBe(2);
});
