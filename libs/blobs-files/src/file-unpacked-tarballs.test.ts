import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ByteRange } from '#packages';
import { buildNpmTarball, stagedBytes } from '#testing';
import { FileBlobStore } from './file-blob-store.js';
import { FileUnpackedTarballs } from './file-unpacked-tarballs.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mortise-unpacked-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Counts how often blobs are opened. */
async function start(capacityBytes?: number) {
  const own = await mkdtemp(join(folder, 'store-'));
  const blobs = await FileBlobStore.open(join(own, 'blobs'));
  const web = join(own, 'web');
  const opened: string[] = [];
  const open = blobs.open.bind(blobs);
  blobs.open = (sha256: string, range?: ByteRange) => {
    opened.push(sha256);
    return open(sha256, range);
  };
  const keep = async (files: Record<string, string | Buffer>): Promise<string> => {
    const staged = stagedBytes(buildNpmTarball({ files, folder: 'anything' }));
    await blobs.keep(staged);
    return staged.sha256;
  };
  const tarballs = () => FileUnpackedTarballs.open(web, blobs, capacityBytes);
  return { web, blobs, opened, keep, tarballs };
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

const unpackedIn = async (web: string) => (await readdir(web)).filter((name) => name !== 'incoming').sort();

describe('FileUnpackedTarballs', () => {
  it('hands out every file as it was packed, whole or in part, with the digest of its bytes', async () => {
    const { keep, tarballs } = await start();
    const files = { 'dist/index.js': 'export {};\n', 'big.bin': randomBytes(3_000_000), empty: '' };
    const sha256 = await keep(files);
    const unpacked = await tarballs();
    for (const [path, content] of Object.entries(files)) {
      const found = await unpacked.find(sha256, path);
      const bytes = await bytesOf(await found!.open());
      expect(bytes.equals(Buffer.from(content))).toBe(true);
      expect(found!.size).toBe(bytes.length);
      const digest = createHash('sha384').update(content).digest('base64');
      expect(found!.integrity).toBe(`sha384-${digest}`);
    }
    const part = await (await unpacked.find(sha256, 'dist/index.js'))!.open({ start: 1, end: 4 });
    expect((await bytesOf(part)).toString()).toBe('xpor');
  });

  it('knows nothing by another spelling, outside, or by the name of a folder', async () => {
    const { keep, tarballs } = await start();
    const sha256 = await keep({ 'dist/index.js': '1' });
    const unpacked = await tarballs();
    for (const path of [
      'dist',
      'dist/',
      '',
      '.',
      '/dist/index.js',
      'dist//index.js',
      'dist/./index.js',
      '../anything/dist/index.js',
      'anything/dist/index.js',
      'index',
      'pack',
      '__proto__',
    ])
      expect(await unpacked.find(sha256, path)).toBeUndefined();
  });

  it('unpacks once however many ask, and not again after a start', async () => {
    const { keep, tarballs, opened } = await start();
    const sha256 = await keep({ a: 'one' });
    const unpacked = await tarballs();
    await Promise.all(Array.from({ length: 20 }, () => unpacked.find(sha256, 'a')));
    expect(opened).toHaveLength(1);
    const again = await tarballs();
    expect((await bytesOf(await (await again.find(sha256, 'a'))!.open())).toString()).toBe('one');
    expect(opened).toHaveLength(1);
  });

  it('unpacks again what was lost, cut short, or damaged on the disk', async () => {
    const { web, keep, tarballs } = await start();
    const sha256 = await keep({ a: 'one' });
    const unpacked = await tarballs();
    const read = async (from = unpacked) =>
      (await bytesOf(await (await from.find(sha256, 'a'))!.open())).toString();
    expect(await read()).toBe('one');
    await rm(web, { recursive: true });
    expect(await read()).toBe('one');
    await truncate(join(web, sha256, 'pack'), 1);
    expect(await read(await tarballs())).toBe('one');
    await writeFile(join(web, sha256, 'index'), '{"form":1,');
    expect(await read(await tarballs())).toBe('one');
    await rm(join(web, sha256, 'pack'));
    expect(await read(await tarballs())).toBe('one');
  });

  it('serves nothing of what was unpacked half-way, and leaves nothing of it behind', async () => {
    const { web, blobs, tarballs } = await start();
    const whole = buildNpmTarball({ files: { a: randomBytes(200_000) } });
    const staged = stagedBytes(whole.subarray(0, 100_000));
    await blobs.keep(staged);
    const unpacked = await tarballs();
    await expect(unpacked.find(staged.sha256, 'a')).rejects.toThrow(/verification/);
    expect(await unpackedIn(web)).toEqual([]);
    const [own] = await readdir(join(web, 'incoming'));
    expect(await readdir(join(web, 'incoming', own!))).toEqual([]);
    await expect(unpacked.find('ab'.repeat(32), 'a')).rejects.toMatchObject({ code: 'blob-missing' });
  });

  it('stays within its size: what was not asked for the longest leaves, also across starts', async () => {
    const { web, keep, tarballs } = await start(25_000);
    const shas = await Promise.all([1, 2, 3].map((n) => keep({ [`file-${n}`]: randomBytes(10_000) })));
    const [first, second, third] = shas as [string, string, string];
    const unpacked = await tarballs();
    await unpacked.find(first, 'file-1');
    await unpacked.find(second, 'file-2');
    await unpacked.find(first, 'file-1');
    await unpacked.find(third, 'file-3');
    expect(await unpackedIn(web)).toEqual([first, third].sort());
    const old = new Date(Date.now() - 3_600_000);
    await utimes(join(web, third, 'index'), old, old);
    const again = await tarballs();
    const held = await again.find(third, 'file-3');
    await again.find(second, 'file-2');
    expect(existsSync(join(web, first))).toBe(false);
    await again.find(first, 'file-1');
    expect(existsSync(join(web, third))).toBe(false);
    // Found before it left, and opened after.
    expect((await bytesOf(await held!.open())).length).toBe(10_000);
  });
});
