import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { RegistryError } from '#kernel';
import { stagedBytes } from '#testing';
import { inspectArtifact } from './inspect-artifact.js';

const svg = (inside: string, attributes = '') =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"${attributes}>${inside}</svg>`);

function png(width = 1, height = 1): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const whole = Buffer.alloc(body.length + 8);
    whole.writeUInt32BE(data.length, 0);
    body.copy(whole, 4);
    whole.writeUInt32BE(crc32(body), body.length + 4);
    return whole;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const pixels = chunk('IDAT', deflateSync(Buffer.alloc(2)));
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, chunk('IHDR', header), pixels, chunk('IEND', Buffer.alloc(0))]);
}

const webp = Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64');

async function outcome(bytes: Buffer, name: string): Promise<string> {
  return await inspectArtifact(stagedBytes(bytes), name).then(
    (artifact) => (artifact.kind === 'icon' ? artifact.mediaType : artifact.kind),
    (error: unknown) => {
      if (error instanceof RegistryError) return error.code;
      throw error;
    },
  );
}

describe('an icon', () => {
  it('may be PNG, WebP or SVG, under the name of what it is', async () => {
    expect(await outcome(png(), 'icon.png')).toBe('image/png');
    expect(await outcome(webp, 'icon.webp')).toBe('image/webp');
    expect(await outcome(svg('<path d="M0 0h8v8z"/>'), 'icon.svg')).toBe('image/svg+xml');
    expect(await outcome(png(), 'icon.svg')).toBe('artifact-name-mismatch');
    expect(await outcome(svg(''), 'icon.png')).toBe('artifact-name-mismatch');
    expect(await outcome(Buffer.from('GIF89a'), 'icon.png')).toBe('artifact-kind-unknown');
  });

  it('is refused when it is cut off, damaged, has bytes behind it, or is too large', async () => {
    expect(await outcome(png().subarray(0, 40), 'icon.png')).toBe('icon-damaged');
    expect(await outcome(Buffer.concat([png(), Buffer.from('<script>')]), 'icon.png')).toBe('icon-damaged');
    expect(await outcome(png(0, 1), 'icon.png')).toBe('icon-damaged');
    expect(await outcome(png(100_000, 1), 'icon.png')).toBe('icon-too-large');
    expect(await outcome(webp.subarray(0, 20), 'icon.webp')).toBe('icon-damaged');
    expect(await outcome(svg(' '.repeat(600_000)), 'icon.svg')).toBe('icon-too-large');
  });

  it.each([
    svg('<defs><linearGradient id="a"><stop offset="0"/></linearGradient></defs><rect fill="url(#a)"/>'),
    svg('<style>.a{fill:#f00} .b{fill:url(#a)}</style><g class="a"><!-- a - comment --></g>'),
    svg('<use xlink:href="#a"/>', ' xmlns:xlink="http://www.w3.org/1999/xlink"'),
    svg('<image href="data:image/png;base64,iVBORw0KGgo="/>'),
    svg('<title>A &amp; B &#169;</title>'),
    Buffer.from(
      '<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n<svg xmlns="http://www.w3.org/2000/svg"></svg>\n',
    ),
  ])('that only draws is taken (%#)', async (bytes) => {
    expect(await outcome(bytes, 'icon.svg')).toBe('image/svg+xml');
  });

  it.each([
    svg('<script>alert(1)</script>'),
    svg('<SCRIPT/>'),
    svg('<s:script xmlns:s="http://www.w3.org/2000/svg">alert(1)</s:script>'),
    svg('<path onload="alert(1)"/>'),
    svg('', ' OnLoad="alert(1)"'),
    svg('<foreignObject><p>x</p></foreignObject>'),
    svg('<image href="https://example.org/a.png"/>'),
    svg('<image href="data:image/svg+xml;base64,AAAA"/>'),
    svg('<a href="java&#x0a;script:alert(1)"><text>x</text></a>'),
    svg('<a href="https://example.org"/>'),
    svg('<use href="other.svg#a"/>'),
    svg('<style>@import "https://example.org/a.css";</style>'),
    svg('<style><![CDATA[a{background:url(//example.org/a)}]]></style>'),
    svg('<rect style="fill:url(https://example.org/a)"/>'),
    svg('<rect fill="u\\72l(//example.org)" style="a:\\75rl(//example.org)"/>'),
    svg('<rect fill="url(//example.org/a#b)"/>'),
    svg('<animate attributeName="href" to="javascript:alert(1)"/>'),
    svg('<set attributeName="onclick" to="alert(1)"/>'),
    svg('<g xml:base="https://example.org/"/>'),
    svg('<h:p xmlns:h="http://www.w3.org/1999/xhtml"/>'),
    svg('<g>'),
    svg('</g>'),
    svg('<g a="1" a="2"/>'),
    svg('&xxe;'),
    svg('a < b'),
    svg('<![CDATA[ unclosed'),
    Buffer.from('<!DOCTYPE svg [<!ENTITY x "y">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>'),
    Buffer.from('<?xml-stylesheet href="a.css"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
    Buffer.from('<svg/>'),
    Buffer.from('<html xmlns="http://www.w3.org/1999/xhtml"/>'),
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/><svg xmlns="http://www.w3.org/2000/svg"/>'),
    svg('<g>'.repeat(1000) + '</g>'.repeat(1000)),
  ])('that could run, fetch or confuse is refused (%#)', async (bytes) => {
    expect(await outcome(bytes, 'icon.svg')).toBe('icon-unsafe');
  });

  it('is looked at in time that grows with its size only', async () => {
    const started = Date.now();
    for (const text of [
      '<!--' + '-'.repeat(400_000),
      '<a ' + 'b="" '.repeat(80_000),
      '<'.repeat(400_000),
      '&#'.repeat(200_000),
    ]) {
      await outcome(svg(text), 'icon.svg');
    }
    // With the square of it, it would take minutes; a busy machine takes a second.
    expect(Date.now() - started).toBeLessThan(20_000);
  });
});

describe('a lock file', () => {
  it('is TOML with a lock-version', async () => {
    expect(await outcome(Buffer.from('lock-version = "1.0"\n'), 'pylock.toml')).toBe('lock');
    expect(await outcome(Buffer.from('hello'), 'pylock.toml')).toBe('artifact-kind-unknown');
    expect(await outcome(Buffer.from([0xff]), 'pylock.toml')).toBe('artifact-kind-unknown');
  });
});
