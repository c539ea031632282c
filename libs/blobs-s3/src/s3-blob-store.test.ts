import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { sha256Hex } from '#kernel';
import { describeBlobStore, stagedBytes } from '#testing';
import type { BlobStore, StagedFile } from '#packages';
import { makeCertificate } from '../../../test/services/certificates.js';
import { freePort } from '../../../test/services/free-port.js';
import { S3Server, s3Address } from '../../../test/services/s3-server.js';
import { describeOnS3, testS3 } from '../../../test/services/test-blobs.js';
import { openS3BlobStore, parseS3Address } from './index.js';

let buckets = 0;
const newBucket = (): string => `blobs-${process.pid}-${buckets++}`;

const open = (
  address: string,
  report?: (failure: { asked: string; code: string }) => void,
): Promise<BlobStore> => openS3BlobStore(parseS3Address(address)!, report ? { report } : {});

/** A file on the disk, as larger uploads arrive. */
async function staged(bytes: Buffer): Promise<StagedFile> {
  const path = join(await mkdtemp(join(tmpdir(), 'mortise-s3-')), 'staged');
  await writeFile(path, bytes);
  return {
    ...stagedBytes(bytes),
    bytes: null,
    path,
    discard: async () => rmSync(join(path, '..'), { recursive: true, force: true }),
  };
}

/** What is above a few bytes lies on the disk, so that both ways are gone. */
const staging = {
  stage: async (source: AsyncIterable<Uint8Array>) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of source) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    return bytes.length > 1000 ? staged(bytes) : stagedBytes(bytes);
  },
};

async function collect(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

if (testS3 !== undefined) {
  describeBlobStore('S3BlobStore', async () => ({
    store: await open(s3Address(testS3!, newBucket(), { prefix: 'a/b' })),
    staging,
    close: async () => undefined,
  }));
}

const addressed = {
  contentType: 'application/zip',
  disposition: 'attachment; filename="a b.whl"',
  cacheControl: 'private',
};

/** Sets this process's clock, and nothing else that tells time. */
function goWrong(byMs: number): void {
  const timers = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const;
  const turns = ['setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask'] as const;
  jest.useFakeTimers({ now: Date.now() + byMs, doNotFake: [...timers, ...turns, 'hrtime', 'performance'] });
}

describeOnS3('S3BlobStore', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await S3Server.start();
  }, 900_000);
  afterAll(() => server.stop());

  it('sends what is large in pieces, each of which is whole, and gives back any range of it', async () => {
    const store = await open(server.address(newBucket()));
    const bytes = randomBytes(17_000_000);
    const file = await staged(bytes);
    await Promise.all([store.keep(file), store.keep(file)]);
    expect(await store.size(file.sha256)).toBe(bytes.length);
    expect((await collect(await store.open(file.sha256))).equals(bytes)).toBe(true);
    const part = await collect(await store.open(file.sha256, { start: 5_000_000, end: 12_000_000 }));
    expect(part.equals(bytes.subarray(5_000_000, 12_000_001))).toBe(true);
    await file.discard();
  });

  it('keeps nothing of a file that has changed since it was hashed, be it small or large', async () => {
    const store = await open(server.address(newBucket()));
    for (const size of [100, 2_000_000, 12_000_000]) {
      const file = await staged(randomBytes(size));
      const wrong = size === 100 ? { ...stagedBytes(randomBytes(100)), sha256: file.sha256 } : file;
      writeFileSync(file.path!, randomBytes(size));
      await expect(store.keep(wrong)).rejects.toThrow();
      expect(await store.size(file.sha256)).toBeUndefined();
      expect(await store.clearLeftovers(Date.now() + 60_000)).toBe(0);
    }
  });

  it('writes a blob again that has lost bytes, and no other', async () => {
    const bucket = newBucket();
    const store = await open(server.address(bucket));
    const file = stagedBytes(Buffer.from('hello'));
    await store.keep(file);
    const path = join(server.placeOf(bucket), 'sha256', file.sha256.slice(0, 2), file.sha256);
    writeFileSync(path, 'he');
    await store.keep(file);
    expect(String(await collect(await store.open(file.sha256)))).toBe('hello');
    writeFileSync(path, 'HELLO');
    await store.keep(file);
    expect(String(await collect(await store.open(file.sha256)))).toBe('HELLO');
  });

  it('clears away uploads that were cut off, once they are old enough', async () => {
    const bucket = newBucket();
    const store = await open(server.address(bucket));
    const file = await staged(randomBytes(40_000_000));
    const kept = store.keep(file).catch((error: unknown) => error);
    const end = Date.now() + 30_000;
    while ((await store.clearLeftovers(Date.now() + 60_000, 'look')) === 0 && Date.now() < end)
      await pause(2);
    await server.kill();
    expect(await kept).toMatchObject({ code: 'blob-store-unavailable' });
    await server.boot();
    expect(await store.clearLeftovers(Date.now() - 60_000)).toBe(0);
    expect(await store.clearLeftovers(Date.now() + 60_000, 'look')).toBe(1);
    expect(await store.clearLeftovers(Date.now() + 60_000)).toBe(1);
    expect(await store.clearLeftovers(Date.now() + 60_000)).toBe(0);
    await file.discard();
  });

  it('removes nothing any more once the time for it is over', async () => {
    const store = await open(server.address(newBucket()));
    const file = stagedBytes(Buffer.from('late'));
    await store.keep(file);
    await expect(store.remove(file.sha256, Date.now() - 1)).rejects.toMatchObject({ kind: 'unavailable' });
    const removing = store.remove(file.sha256, Date.now() + 1500);
    await server.suspend();
    await removing.catch(() => undefined);
    await pause(1500);
    server.resume();
    await pause(500);
    expect(await store.size(file.sha256)).toBe(4);
  });

  it('says that it can’t, never that there is nothing, while the service is away, and goes on when it is back', async () => {
    const told: { asked: string; code: string }[] = [];
    const bucket = newBucket();
    const store = await open(server.address(bucket), (failure) => told.push(failure));
    const file = stagedBytes(randomBytes(1000));
    await store.keep(file);
    await server.kill();
    const unavailable = { kind: 'unavailable', code: 'blob-store-unavailable', retryAfterSeconds: 5 };
    await expect(store.keep(stagedBytes(randomBytes(10)))).rejects.toMatchObject(unavailable);
    await expect(store.size(file.sha256)).rejects.toMatchObject(unavailable);
    await expect(store.open(file.sha256)).rejects.toMatchObject(unavailable);
    await expect(store.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject(unavailable);
    expect(told.map(({ asked }) => asked)).toEqual(['put', 'head', 'get', 'list']);
    const early = await open(server.address(newBucket()));
    await server.boot();
    expect((await collect(await store.open(file.sha256))).length).toBe(1000);
    await early.keep(file);
    expect(await early.size(file.sha256)).toBe(1000);
    rmSync(server.placeOf(bucket), { recursive: true });
    await expect(store.size(file.sha256)).rejects.toMatchObject(unavailable);
    await expect(store.keep(file)).rejects.toMatchObject(unavailable);
    mkdirSync(server.placeOf(bucket));
    await store.keep(file);
    expect(await store.size(file.sha256)).toBe(1000);
  });

  it('gives up on a service that takes requests and never answers', async () => {
    const store = await open(server.address(newBucket()));
    await server.suspend();
    await expect(store.size('a'.repeat(64))).rejects.toMatchObject({ code: 'blob-store-unavailable' });
    server.resume();
  });

  it('hands out addresses under which anybody gets the bytes for a while, with range and name', async () => {
    const store = await open(server.address(newBucket()));
    const file = stagedBytes(Buffer.from('0123456789'));
    await store.keep(file);
    const address = await store.address(file.sha256, addressed);
    const answer = await fetch(address!, { headers: { range: 'bytes=2-4' } });
    expect([answer.status, await answer.text()]).toEqual([206, '234']);
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="a b.whl"');
    expect((await fetch(address!.replace(/.$/, 'x'))).status).toBe(403);
  });

  it.each([-3_600_000, 3_600_000])(
    'keeps, hands out addresses and removes also where its own clock goes wrong by %d ms',
    async (ms) => {
      const store = await open(server.address(newBucket()));
      const file = stagedBytes(randomBytes(1000));
      goWrong(ms);
      try {
        await store.keep(file);
        const address = (await store.address(file.sha256, addressed))!;
        const answer = await fetch(address);
        expect([answer.status, sha256Hex(Buffer.from(await answer.arrayBuffer()))]).toEqual([
          200,
          file.sha256,
        ]);
        // Nor is it in force for longer than it should.
        const [year, month, day, hour, minute] = new URL(address).searchParams
          .get('X-Amz-Date')!
          .match(/\d\d/g)!
          .slice(1);
        const signedAt = Date.parse(`20${year}-${month}-${day}T${hour}:${minute}:00Z`);
        expect(Math.abs(Date.now() - ms - signedAt)).toBeLessThan(120_000);
        await store.remove(file.sha256, Date.now() + 30_000);
        expect(await store.size(file.sha256)).toBeUndefined();
      } finally {
        jest.useRealTimers();
      }
    },
  );

  it('refuses to open where it is let in by nobody, and says what to look at', async () => {
    const strict = createServer((_, response) => {
      response.writeHead(403, { 'content-type': 'application/xml' }).end();
    }).listen(0, '127.0.0.1');
    await once(strict, 'listening');
    const endpoint = `http://127.0.0.1:${(strict.address() as AddressInfo).port}`;
    await expect(open(s3Address(endpoint, 'closed'))).rejects.toMatchObject({
      code: 'blob-store-refused',
      message: expect.stringContaining('AWS_ACCESS_KEY_ID'),
    });
    strict.close();
  });

  it('asks no service that refuses its keys for each address that is wanted', async () => {
    let [asked, status] = [0, 200];
    const strict = createServer((_, response) => {
      asked += 1;
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(strict, 'listening');
    const endpoint = `http://127.0.0.1:${(strict.address() as AddressInfo).port}`;
    const store = await open(s3Address(endpoint, 'closed'));
    [asked, status] = [0, 403];
    const want = () =>
      expect(store.address(sha256Hex(Buffer.from('x')), addressed)).rejects.toMatchObject({
        code: 'blob-store-unavailable',
      });
    for (let wanted = 0; wanted < 5; wanted += 1) await want();
    expect(asked).toBe(1);
    await pause(1_100);
    await want();
    expect(asked).toBe(2);
    strict.close();
  });

  it('makes no bucket where it is only to look, and says that there is none', async () => {
    const bucket = newBucket();
    const looking = openS3BlobStore(parseS3Address(server.address(bucket))!, { look: true });
    await expect(looking).rejects.toMatchObject({
      code: 'bucket-missing',
      message: expect.stringContaining('set MORTISE_BLOBS'),
    });
    await expect(open(server.address(bucket))).resolves.toBeDefined();
  });

  it('is away while it shows a certificate that nobody vouches for, and lets in nobody who opens it then', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mortise-s3-'));
    const { certificate, key } = makeCertificate(folder);
    const port = await freePort();
    const address = s3Address(`https://127.0.0.1:${port}`, 'other');
    const store = await open(address);
    const other = createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) });
    other.listen(port, '127.0.0.1');
    await once(other, 'listening');
    const unavailable = { code: 'blob-store-unavailable', retryAfterSeconds: 5 };
    const file = stagedBytes(Buffer.from('x'));
    await expect(store.size(file.sha256)).rejects.toMatchObject(unavailable);
    await expect(store.keep(file)).rejects.toMatchObject(unavailable);
    await expect(store.remove(file.sha256, Date.now() + 5000)).rejects.toMatchObject(unavailable);
    await expect(open(address)).rejects.toMatchObject({ code: 'blob-store-refused' });
    other.close();
    rmSync(folder, { recursive: true });
  });

  it('goes on with a download where the service broke it off', async () => {
    const bytes = randomBytes(3_000_000);
    let asked = 0;
    const flaky = createServer((request, response) => {
      if (request.method === 'HEAD') return response.end();
      asked += 1;
      const [start = 0] = /\d+/.exec(request.headers.range ?? '')?.map(Number) ?? [];
      response.writeHead(start > 0 ? 206 : 200, { 'content-length': bytes.length - start });
      response.write(bytes.subarray(start, start + 1_200_000), () =>
        start + 1_200_000 < bytes.length ? response.destroy() : response.end(),
      );
    }).listen(0, '127.0.0.1');
    await once(flaky, 'listening');
    const endpoint = `http://127.0.0.1:${(flaky.address() as AddressInfo).port}`;
    const store = await openS3BlobStore(parseS3Address(s3Address(endpoint, 'flaky'))!, { look: true });
    expect((await collect(await store.open(sha256Hex(bytes)))).equals(bytes)).toBe(true);
    expect(asked).toBe(3);
    flaky.close();
  });

  it('keeps names that a folder of blobs has as well', async () => {
    const bucket = newBucket();
    const store = await open(server.address(bucket, { prefix: '/store/' }));
    const file = stagedBytes(Buffer.from('x'));
    await store.keep(file);
    const { sha256 } = file;
    expect(readdirSync(join(server.placeOf(bucket), 'store', 'sha256', sha256.slice(0, 2)))).toEqual([
      sha256,
    ]);
    expect(store.placeOf(sha256)).toBe(`s3://${bucket}/store/sha256/${sha256.slice(0, 2)}/${sha256}`);
  });
});
