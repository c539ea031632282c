import { afterAll, describe, expect, it } from '@jest/globals';
import { Sqlite } from '#sqlite';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import request from 'supertest';
import { openS3BlobStore, parseS3Address } from '#blobs-s3';
import { stagedBytes } from '#testing';
import { verifyStore } from '../../apps/registry/src/platform/commands/verify-store.js';
import { parseSettings } from '../../apps/registry/src/platform/settings/config.js';
import { CatalogStore } from '../catalog-store.js';
import { publishWheel } from '../publish-wheel.js';
import { startStore } from '../start-store.js';
import { blobSetting, testS3 } from './test-blobs.js';
import { dropTestDatabase, openTestDatabase, testServer } from './test-database.js';

type Environment = Record<string, string>;

const run = promisify(execFile);
const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-backup-'));
  folders.push(folder);
  return folder;
};

afterAll(async () => {
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true });
    if (testServer !== undefined) await dropTestDatabase(testServer, folder);
  }
});

/** Publishes to a store all the while that it is backed up; the versions that were acknowledged before the backup began. */
async function backedUpWhileWriting(
  environment: Environment,
  backUp: () => Promise<void>,
): Promise<string[]> {
  const catalog = await CatalogStore.start(environment, environment['MORTISE_DATA']);
  const acknowledged: string[] = [];
  const stop = new AbortController();
  const publish = async (name: string) => {
    for (let patch = 0; !stop.signal.aborted; patch += 1) {
      const version = `1.0.${patch}`;
      const answer = await publishWheel(catalog.store.server, catalog.token, name, version);
      expect(answer.status).toBe(201);
      acknowledged.push(`acme/${name}/versions/${version}`);
    }
  };
  const work = Promise.all([publish('one'), publish('two')]);
  while (acknowledged.length < 8) await new Promise((done) => setTimeout(done, 20));
  const before = [...acknowledged];
  await backUp();
  while (acknowledged.length < before.length + 2) await new Promise((done) => setTimeout(done, 20));
  stop.abort();
  await work;
  await catalog.store.app.close();
  return before;
}

async function restored(environment: Environment, expected: readonly string[]): Promise<void> {
  const store = await startStore(environment, environment['MORTISE_DATA']);
  for (const release of expected) await request(store.server).get(`/api/v1/plugins/${release}`).expect(200);
  await store.app.close();
  const told: string[] = [];
  const settings = parseSettings({ ...environment });
  const code = await verifyStore(settings, { json: true, say: (text) => told.push(text) });
  expect([code, (JSON.parse(told[0]!) as { damages: unknown[] }).damages]).toEqual([0, []]);
}

describe('a backup that is taken during writes', () => {
  it('of one folder, the database first and the blobs after it, is whole elsewhere', async () => {
    const [from, to] = [newFolder(), newFolder()];
    const small = (folder: string) => ({
      MORTISE_DATA: folder,
      MORTISE_DATABASE: join(folder, 'mortise.sqlite'),
      MORTISE_BLOBS: join(folder, 'blobs'),
    });
    const before = await backedUpWhileWriting(small(from), async () => {
      const database = new Sqlite(join(from, 'mortise.sqlite'), { readonly: true });
      database.prepare('VACUUM INTO ?').run(join(to, 'mortise.sqlite'));
      database.close();
      cpSync(join(from, 'blobs', 'sha256'), join(to, 'blobs', 'sha256'), { recursive: true });
    });
    await restored(small(to), before);
  });

  (testServer === undefined || testS3 === undefined ? it.skip : it)(
    'of PostgreSQL by pg_dump, and of a bucket after it, is whole elsewhere',
    async () => {
      const [from, to] = [newFolder(), newFolder()];
      const place = async (folder: string) => ({
        MORTISE_DATA: folder,
        MORTISE_DATABASE: await openTestDatabase(testServer!, folder, 'empty'),
        ...(blobSetting(folder) as { MORTISE_BLOBS: string }),
      });
      const [source, target] = [await place(from), await place(to)];
      const dump = join(to, 'dump');
      const before = await backedUpWhileWriting(source, async () => {
        await run(postgres('pg_dump'), ['--format=custom', `--file=${dump}`, source.MORTISE_DATABASE]);
        const [blobs, copy] = await Promise.all(
          [source, target].map(({ MORTISE_BLOBS }) => openS3BlobStore(parseS3Address(MORTISE_BLOBS)!)),
        );
        for await (const sha256 of blobs!.list()) {
          const chunks: Buffer[] = [];
          for await (const chunk of await blobs!.open(sha256)) chunks.push(chunk as Buffer);
          await copy!.keep(stagedBytes(Buffer.concat(chunks)));
        }
      });
      const options = ['--no-owner', '--exit-on-error', '--single-transaction'];
      await run(postgres('pg_restore'), [...options, `--dbname=${target.MORTISE_DATABASE}`, dump]);
      await restored(target, before);
    },
  );
});

/** One of the programs that come with the server. */
function postgres(program: string): string {
  const versions = '/usr/lib/postgresql';
  const newest = readdirSync(versions)
    .sort((a, b) => Number(a) - Number(b))
    .at(-1)!;
  return join(versions, newest, 'bin', program);
}
