import { describe, expect, it } from '@jest/globals';
import { parseBenchOptions } from './bench-options.js';
import { tableOf } from './report.js';
import { quantile, ratioOf, spreadOf } from './spread.js';
import { summarizeProfile } from './summarize-profile.js';

describe('the bench', () => {
  it('runs all parts unless some are named, and refuses words that it does not know', () => {
    expect(parseBenchOptions([]).parts).toHaveLength(13);
    expect(parseBenchOptions(['search', '--quick'])).toMatchObject({ parts: ['search'], quick: true });
    expect(() => parseBenchOptions(['serach'])).toThrow(/"serach".*reads/);
    expect(() => parseBenchOptions(['--fast'])).toThrow(/"--fast"/);
  });

  it('takes the median of the ratios of rounds, so that a round that was slow for both counts like any other', () => {
    expect(spreadOf([5, 1, 3])).toEqual({ median: 3, least: 1, most: 5 });
    expect(spreadOf([4, 1, 2, 3]).median).toBe(2.5);
    expect(ratioOf([80, 8, 70], [100, 10, 100]).median).toBe(0.8);
    expect(quantile(Float64Array.from([1, 2, 3, 4]), 0.99)).toBe(4);
  });

  it('prints what missed its goal in capitals, in columns', () => {
    const row = { what: 'x', ours: '1/s', floor: '2/s', ratio: '0.50', goal: '≥ 0.8', note: '' };
    const lines = tableOf([
      { ...row, reached: false },
      { ...row, what: 'longer', reached: true },
    ]).split('\n');
    expect(lines[1]).toMatch(/^x {7}1\/s .* NO$/);
    expect(lines[2]).toMatch(/^longer {2}1\/s .* yes$/);
  });

  it('tells of a profile where the time went, idle time aside', () => {
    const frame = (functionName: string, url: string) => ({
      callFrame: { functionName, scriptId: '1', url, lineNumber: 4, columnNumber: 0 },
    });
    const lines = summarizeProfile({
      thread: 'main thread',
      profile: {
        nodes: [
          { id: 1, ...frame('(idle)', '') },
          { id: 2, ...frame('send', 'file:///x/node_modules/fastify/lib/reply.js') },
          { id: 3, ...frame('find', 'file:///x/dist/libs/catalog/src/find.js') },
        ],
        startTime: 0,
        endTime: 1_000_000,
        samples: [1, 2, 3],
        timeDeltas: [600_000, 300_000, 100_000],
      },
    });
    expect(lines[0]).toBe('main thread: busy 40.0 % of 1.0 s');
    expect(lines[1]).toContain('fastify 75.0 %, libs/catalog 25.0 %');
    expect(lines[2]).toContain('75.0 %  send  node_modules/fastify/lib/reply.js:5');
  });
});
