import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import request from 'supertest';
import { sha256Hex } from '#kernel';
import { Database } from '#database';
import { BlobStore } from '#packages';
import { buildWheel, stagedBytes } from '#testing';
import { CatalogStore } from './catalog-store.js';
import { markBlobs } from './services/mark-blobs.js';
import { StoreProcess } from './store-process.js';

const bin = resolve('apps/registry/bin/mortise-registry.js');
const hourMs = 3_600_000;

const wheel = buildWheel();
/** Bytes that nothing needs: for longer than the grace period of a day, for less, and since nobody knows when. */
const [due, early, unseen] = ['due', 'early', 'unseen'].map((word) => Buffer.from(word)) as [
  Buffer,
  Buffer,
  Buffer,
];

describe('mortise-registry gc', () => {
  let folder: string;
  let blobs: number;
  let store: StoreProcess | undefined;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mortise-gc-'));
    const { store: running, token } = await CatalogStore.start({}, folder);
    await request(running.server)
      .post('/api/v1/publishers/acme/releases')
      .set('authorization', `Bearer ${token}`)
      .attach(
        'descriptor',
        Buffer.from('name: tool\nversion: 1.0.0\nbackend: zephyr-tool==1.2.0\nbackend_component: Plugin\n'),
        'plugin.yaml',
      )
      .attach('artifact', wheel, 'zephyr_tool-1.2.0-py3-none-any.whl')
      .expect(201);
    for (const bytes of [due, early, unseen]) await running.app.get(BlobStore).keep(stagedBytes(bytes));
    const database = running.app.get(Database);
    await markBlobs(database, [sha256Hex(due)], 25 * hourMs);
    await markBlobs(database, [sha256Hex(early)], 23 * hourMs);
    await running.app.close();
    blobs = kept().length;
  });
  afterEach(async () => {
    await store?.stop();
    store = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  const shards = () => join(folder, 'blobs', 'sha256');
  const kept = (): string[] => readdirSync(shards()).flatMap((shard) => readdirSync(join(shards(), shard)));
  const isKept = (bytes: Buffer): boolean => kept().includes(sha256Hex(bytes));

  const run = (...words: string[]): Promise<{ code: unknown; out: string; errors: string }> =>
    new Promise((done) => {
      const env = { PATH: process.env['PATH'], MORTISE_DATA: folder, MORTISE_PORT: '0' };
      execFile(process.execPath, [bin, ...words], { env }, (error, out, errors) =>
        done({ code: error?.code ?? 0, out, errors }),
      );
    });
  const gc = (...words: string[]) => run('gc', ...words);

  it('removes what nothing has needed for the grace period, marks the rest, and says so', async () => {
    const { code, out } = await gc();
    expect(out.split('\n')).toEqual([
      `Of ${blobs} blobs nothing needs 3 (0.0 MiB).`,
      'Removed: 1. Of the rest 1 are marked from now on, and go when nothing needs them 24 hours later.',
      'Of uploads that were cut off 0 pieces were cleared away.',
      '',
    ]);
    expect(code).toBe(0);
    expect([due, early, unseen, wheel].map(isKept)).toEqual([false, true, true, true]);
    const again = await gc('--json');
    expect(JSON.parse(again.out)).toEqual({
      blobs: blobs - 1,
      unneeded: 2,
      unneeded_bytes: early.length + unseen.length,
      marked: 0,
      removed: 0,
      leftovers: 0,
    });
    expect(again.code).toBe(0);
  });

  it('with --dry-run only says what it would do, beside a running store too', async () => {
    for (let round = 1; round <= 2; round += 1) {
      const { code, out } = await gc('--dry-run', '--json');
      expect(JSON.parse(out)).toMatchObject({ blobs, unneeded: 3, marked: 1, removed: 1 });
      expect(code).toBe(0);
      store ??= await StoreProcess.start(folder);
    }
    expect((await gc('--dry-run')).out).toContain('Would be removed: 1. Of the rest 1 would be marked');
    expect(kept()).toHaveLength(blobs);
  });

  it('removes nothing beside a store that runs on SQLite, and says which process that is', async () => {
    store = await StoreProcess.start(folder);
    const { code, errors } = await gc();
    expect(errors).toContain(`Another process (${store.pid}) uses`);
    expect(code).toBe(1);
    expect(kept()).toHaveLength(blobs);
  });

  it('removes nothing, and does not start, where the blobs are another store’s, or a word of it is not known', async () => {
    expect(await gc('--dryrun')).toMatchObject({
      code: 2,
      errors: expect.stringContaining('Did you mean --dry-run?'),
    });
    writeFileSync(join(folder, 'blobs', 'owner'), 'another');
    for (const command of ['gc', 'start']) {
      const { code, errors } = await run(command);
      expect(errors).toMatch(/^mortise: .*another store.*MORTISE_BLOBS|MORTISE_BLOBS.*another store/);
      expect(code).toBe(1);
    }
    expect(kept()).toHaveLength(blobs);
  });
});
