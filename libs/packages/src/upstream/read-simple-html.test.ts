import { describe, expect, it } from '@jest/globals';
import { readSimpleHtml } from './read-simple-html.js';

const page = 'https://index.example/simple/tool/';
// With the square of its length it would take hours; a busy machine takes seconds.
const soonMs = 20_000;

describe('a page of the simple API in HTML', () => {
  it('has the files of its anchors, relative to its base', () => {
    const html = `<html><head><BASE target="x" href="/files/"></head><body>
      <a name="top"><b>not a file</b></a>
      <a href="tool-1.0.tar.gz#sha256=ab" data-requires-python="&gt;=3.8" data-yanked>tool-1.0.tar.gz</a >
      <A HREF='tool-1.1.tar.gz'> tool-1.1.tar.gz </A></body></html>`;
    expect(readSimpleHtml(html, page)).toMatchObject([
      {
        filename: 'tool-1.0.tar.gz',
        url: 'https://index.example/files/tool-1.0.tar.gz#sha256=ab',
        hashes: { sha256: 'ab' },
        'requires-python': '>=3.8',
        yanked: true,
      },
      { filename: 'tool-1.1.tar.gz', url: 'https://index.example/files/tool-1.1.tar.gz', yanked: false },
    ]);
  });

  it.each([
    '<a ',
    '<base ',
    '<base href',
    '<a x>',
    '<a x>y</a ',
    '<a href=',
    '<a x><a x>y</a',
    '<a href="',
    '&#',
    ' ',
  ])('is read in time of its length, though it be full of %s', (part) => {
    const before = performance.now();
    expect(readSimpleHtml(`<a x>${part.repeat(1_000_000)}`, page)).toEqual([]);
    expect(performance.now() - before).toBeLessThan(soonMs);
  });
});
