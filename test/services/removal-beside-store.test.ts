import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { sha256Hex } from '#kernel';
import { Database } from '#database';
import { BlobStore } from '#packages';
import { buildWheel, stagedBytes } from '#testing';
import { CatalogStore } from '../catalog-store.js';
import { markBlobs } from './mark-blobs.js';
import { publishWheel } from '../publish-wheel.js';
import { databaseSetting } from '../start-store.js';
import { describeOnPostgres } from './engines.js';
import { blobSetting, testS3 } from './test-blobs.js';

const bin = resolve('apps/registry/bin/mortise-registry.js');
const run = promisify(execFile);
const hourMs = 3_600_000;

describeOnPostgres('mortise-registry gc beside a store that runs', () => {
  let catalog: CatalogStore;
  let environment: Record<string, string>;

  beforeAll(async () => {
    if (testS3 === undefined) throw new Error('This is about blobs on S3: npm run test:services starts it.');
    const folder = mkdtempSync(join(tmpdir(), 'mortise-removal-'));
    environment = { MORTISE_DATA: folder, ...(await databaseSetting(folder)), ...blobSetting(folder) };
    catalog = await CatalogStore.start(environment, folder);
  });
  afterAll(() => catalog.store.close());

  const gc = async () => {
    const { stdout } = await run(process.execPath, [bin, 'gc', '--json'], {
      env: { ...process.env, ...environment },
    });
    return JSON.parse(stdout) as { removed: number };
  };

  const blobs = () => catalog.store.app.get(BlobStore);

  /** Keeps bytes that no row names, as if that had been seen so many hours ago. */
  async function plant(files: readonly Buffer[], hours: number): Promise<void> {
    for (const bytes of files) await blobs().keep(stagedBytes(bytes));
    const database = catalog.store.app.get(Database);
    expect(await markBlobs(database, files.map(sha256Hex), hours * hourMs)).toBe(files.length);
  }

  const wheelOf = (version: string) => buildWheel({ name: 'busy', version });

  /** As a client does, that sends again what it was asked to send again. */
  async function publish(version: string): Promise<void> {
    for (;;) {
      const answer = await publishWheel(catalog.store.server, catalog.token, 'busy', version);
      if (answer.body.code === 'blob-being-removed') continue;
      expect([version, answer.status]).toEqual([version, 201]);
      return;
    }
  }

  it('takes what nothing has needed for the grace period, and no bytes that are published meanwhile', async () => {
    const early = randomBytes(1000);
    await plant([early], 23);
    const published: string[] = [];
    const dead: Buffer[] = [];
    for (let round = 1; round <= 2; round += 1) {
      const due = Array.from({ length: 5 }, () => randomBytes(1000));
      // Due as well, but each is published before, while or after its turn comes.
      const wanted = Array.from({ length: 10 }, (_, at) => `${round}.${at}.0`);
      await plant([...due, ...wanted.map(wheelOf)], 25);
      dead.push(...due);
      const over = new AbortController();
      const writing = (async () => {
        for (const [at, version] of wanted.entries()) {
          await publish(version);
          await publish(`${round}.${at}.1`);
          published.push(version, `${round}.${at}.1`);
          await pause(20);
        }
      })().finally(() => over.abort());
      let removed = 0;
      do removed += (await gc()).removed;
      while (!over.signal.aborted);
      await writing;
      expect(removed).toBeGreaterThanOrEqual(due.length);
    }
    await gc();
    for (const bytes of dead) expect(await blobs().size(sha256Hex(bytes))).toBeUndefined();
    expect(await blobs().size(sha256Hex(early))).toBe(early.length);
    expect(published).toHaveLength(40);
    for (const version of published)
      expect([version, await blobs().size(sha256Hex(wheelOf(version)))]).toEqual([
        version,
        wheelOf(version).length,
      ]);
  }, 240_000);
});
