import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stagedBytes } from '#testing';
import { readNpmDocument } from './read-npm-document.js';

/** The text in pieces of the given sizes, over and over. */
async function* pieces(text: string, sizes: readonly number[]): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function collect(bytes: AsyncIterable<Uint8Array>) {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return stagedBytes(Buffer.concat(parts));
}

const read = (text: string, sizes: readonly number[] = [7]) => readNpmDocument(pieces(text, sizes), collect);

describe('the document of npm publish', () => {
  it('comes out whole, however it arrives and wherever its tarball stands', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
    const rest = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 });
    const property = fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      sizes,
      rest,
      rest,
      async (bytes, lengths, before, after) => {
        const data = Buffer.from(bytes).toString('base64');
        const attachments = { '@a/b-1.0.0.tgz': { ...before, data, length: bytes.length } };
        const document = { ...before, _attachments: attachments, ...after };
        const { members, tarballs } = await read(JSON.stringify(document), lengths);
        const found = tarballs[0]?.file.bytes;
        if ('_attachments' in after) return;
        expect(found).toEqual(Buffer.from(bytes));
        const emptied = { '@a/b-1.0.0.tgz': { ...attachments['@a/b-1.0.0.tgz'], data: '' } };
        const expected = JSON.parse(JSON.stringify({ ...document, _attachments: emptied })) as object;
        expect(members).toEqual(expected);
      },
    );
    await fc.assert(property);
  });

  it('finds the data behind keys that are written with escapes', async () => {
    const { tarballs } = await read('{"\\u005fattachments":{"a.tg\\u007a":{"d\\u0061ta":"AAEC"}}}');
    expect(tarballs).toMatchObject([{ attachment: 'a.tgz', file: { bytes: Buffer.from([0, 1, 2]) } }]);
  });

  it('leaves what only looks like a tarball where it is', async () => {
    const text =
      '{"a":{"a.tgz":{"data":"AAEC"}},"_attachments":{"b":{"data":"AAEC"},"c.tgz":[{"data":"AAEC"}]}}';
    const { tarballs, members } = await read(text);
    expect(tarballs).toEqual([]);
    expect(members).toEqual(JSON.parse(text));
  });

  it.each(['AA==AA==', 'AAEC=', 'AA=', 'A', '====', 'AA\\u0045C', 'AA EC', '"'])(
    'refuses %j, which is no base64 or breaks off',
    async (data) => {
      const text = `{"_attachments":{"a.tgz":{"data":"${data}"}}}`;
      for (const size of [1, 3, 1000]) {
        await expect(read(text, [size])).rejects.toMatchObject({ code: 'npm-document-malformed' });
      }
    },
  );

  it('lets go of the tarball when the rest is broken', async () => {
    let discarded = 0;
    const take = async (bytes: AsyncIterable<Uint8Array>) => ({
      ...(await collect(bytes)),
      discard: () => Promise.resolve(void (discarded += 1)),
    });
    const text = '{"_attachments":{"a.tgz":{"data":"AAEC"}}';
    await expect(readNpmDocument(pieces(text, [9]), take)).rejects.toMatchObject({ kind: 'invalid' });
    expect(discarded).toBe(1);
  });
});
