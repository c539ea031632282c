import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { RegistryError, sha256Hex } from '#kernel';
import type { BlobStore, Staging } from '#packages';
import { jestGlobals } from './jest-globals.js';

const { afterEach, beforeEach, describe, expect, it } = jestGlobals;

export interface BlobStoreUnderTest {
  readonly store: BlobStore;
  readonly staging: Staging;
  close(): Promise<void>;
}

const absent = 'a'.repeat(64);

/** What every BlobStore promises, whatever keeps the bytes. */
export function describeBlobStore(name: string, make: () => Promise<BlobStoreUnderTest>): void {
  describe(`${name}, as a blob store`, () => {
    let made: BlobStoreUnderTest;
    beforeEach(async () => {
      made = await make();
    });
    afterEach(() => made.close());

    const stage = (bytes: Uint8Array) => made.staging.stage(pieces(bytes), { maxBytes: 64 * 1024 * 1024 });
    const keep = async (bytes: Uint8Array) => {
      const file = await stage(bytes);
      await made.store.keep(file);
      await file.discard();
      return file.sha256;
    };

    it.each([0, 1, 1000, 256 * 1024, 256 * 1024 + 1, 3_000_000])(
      'gives back %i bytes as they were',
      async (size) => {
        const bytes = randomBytes(size);
        const sha256 = await keep(bytes);
        expect(sha256).toBe(sha256Hex(bytes));
        expect(await made.store.size(sha256)).toBe(size);
        expect((await collect(await made.store.open(sha256))).equals(bytes)).toBe(true);
      },
    );

    it('gives back a range, its end included', async () => {
      const sha256 = await keep(Buffer.from('0123456789'));
      expect((await collect(await made.store.open(sha256, { start: 2, end: 4 }))).toString()).toBe('234');
      expect((await collect(await made.store.open(sha256, { start: 9, end: 9 }))).toString()).toBe('9');
    });

    it('keeps the same bytes once, also when they come many times at once', async () => {
      const bytes = randomBytes(300_000);
      const digests = await Promise.all(Array.from({ length: 16 }, () => keep(bytes)));
      expect(new Set(digests).size).toBe(1);
      expect(await listOf(made.store)).toEqual(digests.slice(0, 1));
      expect((await collect(await made.store.open(digests[0] ?? ''))).equals(bytes)).toBe(true);
    });

    it('keeps many different bytes at once', async () => {
      const digests = await Promise.all(Array.from({ length: 64 }, () => keep(randomBytes(1000))));
      expect(await listOf(made.store)).toEqual(digests.sort());
    });

    it('leaves what is staged as it is, until it is let go of', async () => {
      const bytes = randomBytes(400_000);
      const file = await stage(bytes);
      await made.store.keep(file);
      await made.store.remove(file.sha256);
      await made.store.keep(file);
      expect((await file.read(100, 50)).equals(bytes.subarray(100, 150))).toBe(true);
      expect(await made.store.size(file.sha256)).toBe(bytes.length);
      await file.discard();
      await file.discard();
    });

    it('says blob-missing for what it has not, and undefined for its size', async () => {
      for (const sha256 of [absent, '../../etc/passwd', '', 'A'.repeat(64)]) {
        expect(await made.store.size(sha256)).toBeUndefined();
        const refusal: unknown = await made.store.open(sha256).catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(RegistryError);
        expect(refusal).toMatchObject({ kind: 'not-found', code: 'blob-missing' });
        await made.store.remove(sha256);
      }
    });

    it('removes nothing once the time for it is over', async () => {
      const sha256 = await keep(randomBytes(10));
      await expect(made.store.remove(sha256, Date.now() - 1)).rejects.toThrow();
      expect(await made.store.size(sha256)).toBe(10);
      await made.store.remove(sha256, Date.now() + 10_000);
      expect(await made.store.size(sha256)).toBeUndefined();
    });

    it('is of whoever claims it first, and lists no blob for that', async () => {
      const claimed = await Promise.all(['a', 'b', 'c'].map((claimant) => made.store.owner(claimant)));
      expect(new Set(claimed).size).toBe(1);
      expect(await made.store.owner('d')).toBe(claimed[0]);
      expect(await listOf(made.store)).toEqual([]);
      expect(made.store.placeOf(absent)).toContain(absent);
    });

    it('forgets what is removed, and can keep it again', async () => {
      const bytes = randomBytes(10);
      const sha256 = await keep(bytes);
      await made.store.remove(sha256);
      expect(await made.store.size(sha256)).toBeUndefined();
      expect(await listOf(made.store)).toEqual([]);
      expect(await keep(bytes)).toBe(sha256);
      expect(await listOf(made.store)).toEqual([sha256]);
    });
  });
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 50_000) yield bytes.subarray(start, start + 50_000);
}

async function collect(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function listOf(store: BlobStore): Promise<string[]> {
  const digests: string[] = [];
  for await (const digest of store.list()) digests.push(digest);
  return digests.sort();
}
