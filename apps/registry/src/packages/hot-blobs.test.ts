import { expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { MemoryBlobStore } from '#testing';
import { HotBlobs } from './hot-blobs.js';

const put = (blobs: MemoryBlobStore, text: string): string => {
  const sha256 = createHash('sha256').update(text).digest('hex');
  blobs.plant(sha256, Buffer.from(text));
  return sha256;
};

test('a small blob is read once, however many ask at once, and comes from memory afterwards', async () => {
  const blobs = new MemoryBlobStore();
  const hot = new HotBlobs(blobs);
  const digest = put(blobs, 'bytes');
  expect(hot.get(digest)).toBeUndefined();
  const answers = await Promise.all([hot.load(digest, 5), hot.load(digest, 5)]);
  expect(answers.map(String)).toEqual(['bytes', 'bytes']);
  expect(String(hot.get(digest))).toBe('bytes');
  expect(blobs.opened).toBe(1);
});

test('no more is kept than there is room for, and the least recently asked for leaves first', async () => {
  const blobs = new MemoryBlobStore();
  const hot = new HotBlobs(blobs, 2_000, 1_000);
  const [a, b, c] = ['a', 'b', 'c'].map((letter) => put(blobs, letter.repeat(400))) as [
    string,
    string,
    string,
  ];
  await hot.load(a, 400);
  await hot.load(b, 400);
  hot.get(a);
  await hot.load(c, 400);
  expect([a, b, c].map((digest) => hot.get(digest) !== undefined)).toEqual([true, false, true]);
});

test('what is large is not taken, what is less so when it is asked for again, and what was cut short on the disk is not kept', async () => {
  const blobs = new MemoryBlobStore();
  const hot = new HotBlobs(blobs, 2_000, 1_000, 100);
  expect([hot.takes('a', 100), hot.takes('b', 1_001), hot.takes('b', 1_001)]).toEqual([true, false, false]);
  expect([hot.takes('c', 1_000), hot.takes('c', 1_000)]).toEqual([false, true]);
  const digest = put(blobs, 'half');
  await hot.load(digest, 8);
  expect(hot.get(digest)).toBeUndefined();
});
