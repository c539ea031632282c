import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allowedEdits, editDistance, nearestWord } from './edit-distance.js';

describe('editDistance', () => {
  it.each([
    ['kube', 'kube', 0],
    ['kube', 'kub', 1],
    ['kube', 'kueb', 1],
    ['kube', 'xube', 1],
    ['kube', 'kubeee', 2],
    ['plugin', 'pulgni', 2],
    ['abc', 'xyz', 3],
  ])('counts from %s to %s %i edits', (left, right, edits) => {
    expect(editDistance(left, right, 2)).toBe(edits);
  });

  it('is the same both ways, and 0 for equal words only', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 });
    fc.assert(
      fc.property(word, word, (left, right) => {
        expect(editDistance(left, right, 2)).toBe(editDistance(right, left, 2));
        expect(editDistance(left, right, 2) === 0).toBe(left === right);
      }),
    );
  });

  it('forgives more in longer words', () => {
    expect([2, 3, 5, 6].map(allowedEdits)).toEqual([0, 1, 1, 2]);
  });

  it('names the word that was meant, if any is near', () => {
    expect(nearestWord('publsher', ['tag', 'publisher'])).toBe('publisher');
    expect(nearestWord('zzz', ['tag', 'publisher'])).toBeUndefined();
  });
});
