import { describe, expect, it } from '@jest/globals';
import { LoadedCache } from './loaded-cache.js';

describe('LoadedCache', () => {
  it('loads once until it is told of a change, and never keeps that nothing was found', async () => {
    const loads: string[] = [];
    const truth = new Map([['a', 1]]);
    const cache = new LoadedCache<number>(10, async (key) => {
      loads.push(key);
      return truth.get(key);
    });
    expect([await cache.get('a'), await cache.get('a'), await cache.get('b')]).toEqual([1, 1, undefined]);
    truth.set('a', 2).set('b', 3);
    cache.forget('a');
    expect([await cache.get('a'), await cache.get('b')]).toEqual([2, 3]);
    expect(loads).toEqual(['a', 'b', 'a', 'b']);
  });

  it('does not keep what was read before a change and arrives after it', async () => {
    let arrive: (value: string) => void = () => undefined;
    let answer: Promise<string> = new Promise((resolve) => (arrive = resolve));
    const cache = new LoadedCache<string>(10, () => answer);
    const early = cache.get('key');
    cache.forget('key');
    arrive('in force');
    expect(await early).toBe('in force');
    answer = Promise.resolve('revoked');
    expect(await cache.get('key')).toBe('revoked');
  });

  it('lets the least recently used go first', async () => {
    const loads: string[] = [];
    const cache = new LoadedCache<string>(2, async (key) => {
      loads.push(key);
      return key;
    });
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.get(key);
    expect(loads).toEqual(['a', 'b', 'c', 'b']);
  });
});
