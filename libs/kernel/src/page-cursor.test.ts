import { describe, expect, it } from '@jest/globals';
import { decodePageCursor, toPage } from './page-cursor.js';

const decode = (json: string) =>
  decodePageCursor(Buffer.from(json).toString('base64url'), ['number', 'string']);

describe('a page cursor', () => {
  it('is read as it was written', () => {
    const { next } = toPage(['first', 'second'], 1, () => [7, 'x']);
    expect(decodePageCursor(next ?? '', ['number', 'string'])).toEqual([7, 'x']);
  });

  it.each([
    '[1e999,"x"]',
    '[-1e999,"x"]',
    '[0.5,"x"]',
    '[9007199254740993,"x"]',
    '[1,"\\ud800"]',
    '["1","x"]',
    '{}',
  ])('that somebody made up, as %s, is refused before any database sees it', (json) => {
    expect(() => decode(json)).toThrow(expect.objectContaining({ code: 'invalid-cursor' }));
  });
});
