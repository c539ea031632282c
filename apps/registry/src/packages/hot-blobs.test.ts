import { expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { BlobStore } from '#packages';
import { HotBlobs } from './hot-blobs.js';

class CountingBlobs extends BlobStore {
  opened = 0;
  private readonly kept = new Map<string, Buffer>();

  put(text: string): string {
    const bytes = Buffer.from(text);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.kept.set(sha256, bytes);
    return sha256;
  }

  override open(sha256: string): Promise<Readable> {
    this.opened += 1;
    return Promise.resolve(Readable.from([this.kept.get(sha256) ?? Buffer.alloc(0)]));
  }

  override keep = (): Promise<void> => Promise.resolve();
  override remove = (): Promise<void> => Promise.resolve();
  override size = (sha256: string): Promise<number | undefined> =>
    Promise.resolve(this.kept.get(sha256)?.length);
  override async *list(): AsyncIterable<string> {
    yield* this.kept.keys();
  }
}

test('a small blob is read once, however many ask at once, and comes from memory afterwards', async () => {
  const blobs = new CountingBlobs();
  const hot = new HotBlobs(blobs);
  const digest = blobs.put('bytes');
  expect(hot.get(digest)).toBeUndefined();
  const answers = await Promise.all([hot.load(digest, 5), hot.load(digest, 5)]);
  expect(answers.map(String)).toEqual(['bytes', 'bytes']);
  expect(String(hot.get(digest))).toBe('bytes');
  expect(blobs.opened).toBe(1);
});

test('no more is kept than there is room for, and the least recently asked for leaves first', async () => {
  const blobs = new CountingBlobs();
  const hot = new HotBlobs(blobs, 2_000, 1_000);
  const [a, b, c] = ['a', 'b', 'c'].map((letter) => blobs.put(letter.repeat(400))) as [
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
  const blobs = new CountingBlobs();
  const hot = new HotBlobs(blobs, 2_000, 1_000, 100);
  expect([hot.takes('a', 100), hot.takes('b', 1_001), hot.takes('b', 1_001)]).toEqual([true, false, false]);
  expect([hot.takes('c', 1_000), hot.takes('c', 1_000)]).toEqual([false, true]);
  const digest = blobs.put('half');
  await hot.load(digest, 8);
  expect(hot.get(digest)).toBeUndefined();
});
