import { expect, test } from '@jest/globals';
import { sha256Hex } from '#kernel';
import { MemoryBlobStore } from '#testing';
import { HotBlobs } from './hot-blobs.js';

const put = (blobs: MemoryBlobStore, text: string): string => {
  const sha256 = sha256Hex(text);
  blobs.plant(sha256, Buffer.from(text));
  return sha256;
};

const errors: unknown[] = [];
const log = { error: (facts: unknown): void => void errors.push(facts) };

test('a small blob is read once, however many ask at once, and comes from memory afterwards', async () => {
  const blobs = new MemoryBlobStore();
  const hot = new HotBlobs(blobs, log);
  const digest = put(blobs, 'bytes');
  expect(hot.get(digest)).toBeUndefined();
  const answers = await Promise.all([hot.load(digest), hot.load(digest)]);
  expect(answers.map(String)).toEqual(['bytes', 'bytes']);
  expect(String(hot.get(digest))).toBe('bytes');
  expect(blobs.opened).toBe(1);
});

test('no more is kept than there is room for, and the least recently asked for leaves first', async () => {
  const blobs = new MemoryBlobStore();
  const hot = new HotBlobs(blobs, log, 2_000, 1_000);
  const [a, b, c] = ['a', 'b', 'c'].map((letter) => put(blobs, letter.repeat(400))) as [
    string,
    string,
    string,
  ];
  await hot.load(a);
  await hot.load(b);
  hot.get(a);
  await hot.load(c);
  expect([a, b, c].map((digest) => hot.get(digest) !== undefined)).toEqual([true, false, true]);
});

test('what is large is not taken, and what is less so when it is asked for again', async () => {
  const blobs = new MemoryBlobStore();
  const hot = new HotBlobs(blobs, log, 2_000, 1_000, 100);
  expect([hot.takes('a', 100), hot.takes('b', 1_001), hot.takes('b', 1_001)]).toEqual([true, false, false]);
  expect([hot.takes('c', 1_000), hot.takes('c', 1_000)]).toEqual([false, true]);
});

test.each([
  ['other', 'bytez'],
  ['fewer', 'byte'],
])(
  '%s bytes than the digest says are handed to nobody, logged, and read anew once they are mended',
  async (_, text) => {
    const blobs = new MemoryBlobStore();
    const hot = new HotBlobs(blobs, log);
    const digest = put(blobs, 'bytes');
    blobs.plant(digest, Buffer.from(text));
    await expect(hot.load(digest)).rejects.toMatchObject({ kind: 'unavailable', code: 'blob-damaged' });
    expect(hot.get(digest)).toBeUndefined();
    expect(errors.splice(0)).toEqual([{ sha256: digest, place: blobs.placeOf(digest) }]);
    put(blobs, 'bytes');
    expect(String(await hot.load(digest))).toBe('bytes');
  },
);
