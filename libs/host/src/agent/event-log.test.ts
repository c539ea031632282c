import { describe, expect, it } from '@jest/globals';
import { EventLog } from './event-log.js';

const limits = { eventsKept: 3, eventBytes: 200 };
const subject = { installation: 'i1', plugin: 'acme/tool', version: '1.0.0' } as const;

describe('the log of events', () => {
  it('tells listeners at once, in order, until they leave', () => {
    const log = new EventLog(limits);
    const told: string[] = [];
    const leave = log.listen(({ type, sequence }) => told.push(`${sequence} ${type}`));
    log.add('loaded', subject);
    log.add('warning', null, { code: 'crashed' });
    leave();
    log.add('unloaded', subject);
    expect(told).toEqual(['1 loaded', '2 warning']);
  });

  it('goes on where a reader was, as long as that is kept', () => {
    const log = new EventLog(limits);
    const ids = [1, 2, 3, 4].map(() => log.idOf(log.add('warning', null)));
    expect(log.after(ids[3]!)).toEqual([]);
    expect(log.after(ids[0]!)?.map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
    log.add('warning', null);
    expect(log.after(ids[0]!)).toBeUndefined();
    expect(log.after(ids[1]!)?.length).toBe(3);
  });

  it('does not take the ids of another process, or nonsense, for its own', () => {
    const log = new EventLog(limits);
    log.add('warning', null);
    const other = new EventLog(limits);
    for (const id of [other.idOf({ sequence: 1 }), '', 'x', log.idOf({ sequence: 9 }), '-1'])
      expect(log.after(id)).toBeUndefined();
  });

  it('outlives a listener that throws', () => {
    const errors: unknown[] = [];
    const log = new EventLog(limits, (error) => errors.push(error));
    const told: number[] = [];
    log.listen(() => {
      throw new Error('mine');
    });
    log.listen(({ sequence }) => told.push(sequence));
    log.add('loaded', subject);
    expect([told, errors.length]).toEqual([[1], 1]);
  });

  it('keeps no event that is larger than allowed', () => {
    const log = new EventLog(limits);
    const { data } = log.add('plugin-event', subject, { event: 'x'.repeat(500) });
    expect(data).toEqual({ truncated: true, bytes: 512, most_bytes: 200 });
  });
});
