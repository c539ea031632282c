import { describe, expect, it } from '@jest/globals';
import { Leadership } from '#kernel';
import type { Term } from '#kernel';
import { Lead } from './lead.job.js';
import { openLog } from './server/log.js';

/** Gives the term out when it is told to, as a database does that takes its time. */
class SlowLeadership extends Leadership {
  give: () => void = () => undefined;

  override async attempt<T>(_name: string, work: (term: Term) => Promise<T>): Promise<T> {
    await new Promise<void>((resolve) => (this.give = resolve));
    const ending = new AbortController();
    return work({
      token: 1,
      signal: ending.signal,
      confirm: async () => undefined,
      fenced: (act) => act(),
      giveUp: () => ending.abort(),
    });
  }
}

/** Works until the term is over. */
const untilOver = ({ signal }: Term): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

describe('Lead', () => {
  it('stops while it leads', async () => {
    const leadership = new SlowLeadership();
    const lead = new Lead(leadership, 'a', untilOver, openLog('silent'));
    lead.start();
    leadership.give();
    await new Promise((resolve) => setImmediate(resolve));
    await lead.stop();
  });

  it('stops although the term that it asked for is given only then', async () => {
    const leadership = new SlowLeadership();
    let worked = false;
    const work = (term: Term) => {
      worked = true;
      return untilOver(term);
    };
    const lead = new Lead(leadership, 'a', work, openLog('silent'));
    lead.start();
    const stopped = lead.stop();
    leadership.give();
    await stopped;
    expect(worked).toBe(false);
  });
});
