import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeBlobStore } from '#testing';
import { FileBlobStore } from './file-blob-store.js';
import { FileStaging } from './file-staging.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mortise-blobs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describeBlobStore('FileBlobStore', async () => {
  const own = await mkdtemp(join(folder, 'store-'));
  const store = await FileBlobStore.open(join(own, 'blobs'));
  const staging = await FileStaging.open(join(own, 'staging'));
  return { store, staging, close: () => rm(own, { recursive: true, force: true }) };
});

async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

const maxBytes = 10_000_000;

describe('FileBlobStore', () => {
  it('writes a blob again that has lost bytes', async () => {
    const own = await mkdtemp(join(folder, 'damaged-'));
    const [store, staging] = [await FileBlobStore.open(own), await FileStaging.open(join(own, 'staging'))];
    const file = await staging.stage(chunks(Buffer.from('hello')), { maxBytes });
    await store.keep(file);
    await truncate(join(own, 'sha256', file.sha256.slice(0, 2), file.sha256), 2);
    await store.keep(file);
    expect(await store.size(file.sha256)).toBe(5);
  });

  it('shows whole blobs only, and every one that it acknowledged, after its process was killed', async () => {
    const own = await mkdtemp(join(folder, 'killed-'));
    const acknowledged = new Set<string>();
    for (let round = 0; round < 3; round++) await keepUntilKilled(own, 40 + round * 90, acknowledged);
    expect(acknowledged.size).toBeGreaterThan(0);
    const store = await FileBlobStore.open(own);
    const listed = new Set<string>();
    for await (const sha256 of store.list()) {
      listed.add(sha256);
      const hash = createHash('sha256');
      for await (const chunk of await store.open(sha256)) hash.update(chunk as Buffer);
      expect(hash.digest('hex')).toBe(sha256);
    }
    expect([...acknowledged].filter((sha256) => !listed.has(sha256))).toEqual([]);
    expect(await readdir(join(own, 'incoming'))).toHaveLength(1);
  });
});

/** A child that keeps blobs of many sizes, eight at a time, and says the digest of each that was acknowledged. */
async function keepUntilKilled(own: string, lifeMs: number, acknowledged: Set<string>): Promise<void> {
  const script = `
    import { randomBytes } from 'node:crypto';
    import { FileBlobStore } from ${JSON.stringify(new URL('./file-blob-store.js', import.meta.url).href)};
    import { FileStaging } from ${JSON.stringify(new URL('./file-staging.js', import.meta.url).href)};
    const store = await FileBlobStore.open(${JSON.stringify(own)});
    const staging = await FileStaging.open(${JSON.stringify(join(own, 'staging'))});
    console.log('ready');
    async function* source() { for (let left = Math.random() * 10; left > 0; left--) yield randomBytes(60_000); }
    const worker = async () => {
      for (;;) {
        const file = await staging.stage(source(), { maxBytes: 1e9 });
        await store.keep(file);
        console.log(file.sha256);
        await file.discard();
      }
    };
    for (let i = 0; i < 8; i++) void worker();
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: new URL('.', import.meta.url).pathname,
  });
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') setTimeout(() => child.kill('SIGKILL'), lifeMs);
    else if (/^[0-9a-f]{64}$/.test(line)) acknowledged.add(line);
  }
  await closed;
}

describe('FileStaging', () => {
  const open = async () => {
    const own = await mkdtemp(join(folder, 'staging-'));
    return { own, staging: await FileStaging.open(own) };
  };
  const filesIn = async (own: string) => {
    const [process] = await readdir(own);
    return await readdir(join(own, process ?? ''));
  };

  it('keeps what is small in memory and the rest in a file, until it is let go of', async () => {
    const { own, staging } = await open();
    const small = await staging.stage(chunks(Buffer.from('ab'), Buffer.from('c')), { maxBytes });
    expect(small).toMatchObject({ size: 3, path: null, bytes: Buffer.from('abc') });
    const large = await staging.stage(chunks(Buffer.alloc(200_000, 1), Buffer.alloc(200_000, 2)), {
      maxBytes,
    });
    expect(large).toMatchObject({ size: 400_000, bytes: null, path: expect.any(String) });
    expect([...(await large.read(199_999, 2))]).toEqual([1, 2]);
    expect((await large.read(399_999, 10)).length).toBe(1);
    expect((await large.read(500_000, 10)).length).toBe(0);
    expect(await filesIn(own)).toHaveLength(1);
    await large.discard();
    await small.discard();
    expect(await filesIn(own)).toHaveLength(0);
  });

  it('holds only so much in memory altogether', async () => {
    const { staging } = await open();
    const files = await Promise.all(
      Array.from({ length: 300 }, () => staging.stage(chunks(Buffer.alloc(200_000)), { maxBytes })),
    );
    const inMemory = files.filter(({ bytes }) => bytes !== null).reduce((sum, { size }) => sum + size, 0);
    expect(inMemory).toBeLessThanOrEqual(48 * 1024 * 1024);
    expect(files.some(({ path }) => path !== null)).toBe(true);
    await Promise.all(files.map((file) => file.discard()));
    const after = await staging.stage(chunks(Buffer.alloc(200_000)), { maxBytes });
    expect(after.bytes).not.toBeNull();
  });

  it('stops at the limit and leaves nothing behind, nor does a source that fails', async () => {
    const { own, staging } = await open();
    const tooLarge = staging.stage(chunks(Buffer.alloc(300_000), Buffer.alloc(300_000)), {
      maxBytes: 500_000,
    });
    await expect(tooLarge).rejects.toMatchObject({ kind: 'too-large', code: 'artifact-too-large' });
    const failing = async function* () {
      yield Buffer.alloc(400_000);
      throw new Error('the client went away');
    };
    await expect(staging.stage(failing(), { maxBytes })).rejects.toThrow('the client went away');
    expect(await filesIn(own)).toHaveLength(0);
    const exact = await staging.stage(chunks(Buffer.alloc(500_000)), { maxBytes: 500_000 });
    expect(exact.size).toBe(500_000);
  });

  it('clears away what processes that died left, and nothing of those that live', async () => {
    const own = await mkdtemp(join(folder, 'leftovers-'));
    const living = await FileStaging.open(own);
    const file = await living.stage(chunks(Buffer.alloc(400_000)), { maxBytes });
    const [name = ''] = await readdir(own);
    const [host = '', pid = '', startedAt = ''] = name.split('_');
    await FileStaging.open(join(own, [host, '4194304', startedAt, 'dead'].join('_'))).catch(() => undefined);
    await FileStaging.open(join(own, [host, pid, '1', 'reused'].join('_')));
    await writeFile(join(own, 'unrelated.txt'), '');
    await FileStaging.open(own);
    const left = await readdir(own);
    expect(left).toContain(name);
    expect(left).toContain('unrelated.txt');
    expect(left.filter((other) => /dead|reused/.test(other))).toEqual([]);
    expect((await stat(file.path ?? '')).size).toBe(400_000);
  });

  it('has no room where the disk has none', async () => {
    const { storageFailure } = await import('./storage-failure.js');
    const full = storageFailure(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    expect(full).toMatchObject({ kind: 'unavailable', code: 'storage-full', retryAfterSeconds: 60 });
  });
});
