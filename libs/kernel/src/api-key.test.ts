import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeApiKey, parseApiKey } from './api-key.js';

const kinds = ['pat', 'host', 'plugin'] as const;

describe('a key', () => {
  it('is told by its kind and its digest, whatever its secret is', () => {
    for (const kind of kinds) {
      for (let made = 0; made < 500; made += 1) {
        const key = makeApiKey(kind);
        expect(parseApiKey(key.text)).toEqual({ kind, sha256: key.sha256 });
      }
    }
  });

  it('is none once a character of it is another', () => {
    const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    const { text } = makeApiKey('host');
    const start = 'mrt_host_'.length;
    fc.assert(
      fc.property(
        fc.integer({ min: start, max: text.length - 1 }),
        fc.constantFrom(...Array.from(characters)),
        (at, other) => {
          fc.pre(text[at] !== other);
          expect(parseApiKey(text.slice(0, at) + other + text.slice(at + 1))).toBeUndefined();
        },
      ),
    );
  });

  it('is none when its digits stand for more than its bytes can hold', () => {
    expect(parseApiKey(`mrt_pat_${'z'.repeat(49)}`)).toBeUndefined();
  });
});
