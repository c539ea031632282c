import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { StoreSnapshot } from '#database';
import { buildNpmTarball, buildWheel } from '#testing';
import { verifyStore } from '../../apps/registry/src/platform/commands/verify-store.js';
import { parseSettings } from '../../apps/registry/src/platform/config.js';
import { exportStore } from '../../apps/registry/src/platform/move/export-store.js';
import { importStore } from '../../apps/registry/src/platform/move/import-store.js';
import { CatalogStore } from '../catalog-store.js';
import { startStore } from '../start-store.js';
import { blobSetting } from './test-blobs.js';
import { dropTestDatabase, openTestDatabase, testServer } from './test-database.js';

type Environment = Record<string, string>;

const secretKey = 'a key that seals';
const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-move-'));
  folders.push(folder);
  return folder;
};

/** One process and one folder. */
const small = (): Environment => {
  const folder = newFolder();
  return {
    MORTISE_DATA: folder,
    MORTISE_DATABASE: join(folder, 'mortise.sqlite'),
    MORTISE_BLOBS: join(folder, 'blobs'),
    MORTISE_SECRET_KEY: secretKey,
  };
};

/** What there is of the services of `npm run test:services`; else another small one. */
const large = async (): Promise<Environment> => {
  const folder = newFolder();
  return {
    ...small(),
    MORTISE_DATA: folder,
    ...(testServer === undefined
      ? {}
      : { MORTISE_DATABASE: await openTestDatabase(testServer, folder, 'empty') }),
    ...blobSetting(folder),
  };
};

const settingsOf = (environment: Environment) =>
  parseSettings({
    MORTISE_DEMO: 'off',
    MORTISE_UPSTREAM_NPM: 'off',
    MORTISE_UPSTREAM_PYTHON: 'off',
    ...environment,
  });

async function rowsOf({ MORTISE_DATABASE: location = '' }: Environment) {
  const snapshot = await StoreSnapshot.open(location);
  try {
    const tables: Record<string, unknown[]> = {};
    for await (const { table, rows } of snapshot.rows()) {
      const columns = snapshot.columns(table);
      // Secrets may be sealed anew; that they open to the same is seen by what is signed with them.
      const shown = (name: string) => table !== 'cluster_secret' || name !== 'value';
      const found = rows.map((row) =>
        Object.fromEntries(columns.map((name, at) => [name, shown(name) ? row[at] : ''])),
      );
      (tables[table] ??= []).push(...found.map((row) => JSON.stringify(row)));
    }
    for (const rows of Object.values(tables)) rows.sort();
    return tables;
  } finally {
    await snapshot.close();
  }
}

async function verified(environment: Environment) {
  const told: string[] = [];
  const code = await verifyStore(settingsOf(environment), { json: true, say: (text) => told.push(text) });
  return { code, damages: (JSON.parse(told.at(-1)!) as { damages: unknown[] }).damages };
}

describe('a store that moves', () => {
  let source: Environment;
  let before: Record<string, unknown>;
  let session: string;
  let token: string;
  let hostKey: string;
  let artifact: string;
  const wheel = buildWheel({
    name: 'moved',
    version: '1.0.0',
    files: { 'moved/data.bin': randomBytes(700_000) },
  });

  beforeAll(async () => {
    source = small();
    const catalog = await CatalogStore.start(source, source['MORTISE_DATA']);
    ({ token } = catalog);
    const yaml =
      'name: moved\nversion: 1.0.0\nbackend: moved==1.0.0\nbackend_component: Moved\nfront_end: "@acme/moved@1.0.0"\nfrontend_component: Moved\ntags: ["größer", "a\\"b"]\n';
    const published = await request(catalog.store.server)
      .post('/api/v1/publishers/acme/releases')
      .set('authorization', `Bearer ${token}`)
      .attach('descriptor', Buffer.from(yaml), 'plugin.yaml')
      .attach('artifact', wheel, 'moved-1.0.0-py3-none-any.whl')
      .attach(
        'artifact',
        buildNpmTarball({ manifest: { name: '@acme/moved', version: '1.0.0' } }),
        'acme-moved-1.0.0.tgz',
      )
      .expect(201);
    artifact = new URL(
      (published.body as { artifacts: { url: string; filename: string }[] }).artifacts.find(({ filename }) =>
        filename.endsWith('.whl'),
      )!.url,
    ).pathname;
    for (let patch = 0; patch < 60; patch += 1) await catalog.publish('many', `1.0.${patch}`);
    await catalog.send('post', 'acme/many/versions/1.0.3/yank', { reason: 'no good' }).expect(204);
    hostKey = (await catalog.send('post', '/api/v1/hosts', { name: 'h' }).expect(201)).body.key;
    await request(catalog.store.server)
      .post('/api/v1/installations')
      .set('authorization', `Bearer ${hostKey}`)
      .send({ plugin: 'acme/many' })
      .expect(201);
    session = (
      await request(catalog.store.server)
        .post('/api/v1/sessions')
        .send({ username: 'admin', password: 'correct horse battery' })
        .expect(201)
    ).body.access_token;
    before = await answers(catalog.store.server);
    await catalog.store.app.close();
  }, 120_000);

  afterAll(async () => {
    for (const folder of folders) {
      rmSync(folder, { recursive: true, force: true });
      if (testServer !== undefined) await dropTestDatabase(testServer, folder);
    }
  });

  let made: string[] = [];
  afterEach(() => {
    for (const path of made) rmSync(path, { recursive: true, force: true });
    made = [];
  });
  const exportOf = async (environment: Environment, name: string) => {
    const path = join(newFolder(), name);
    made.push(path);
    const told: string[] = [];
    await exportStore(settingsOf(environment), path, (text) => told.push(text));
    return { path, told: told.join('\n') };
  };
  const importInto = (environment: Environment, path: string) =>
    importStore(settingsOf(environment), path, () => undefined);

  /** What people and programs that knew the store get of it. */
  async function answers(server: Parameters<typeof request>[0]) {
    const get = (path: string, credential?: string) => {
      const call = request(server).get(path);
      return credential === undefined ? call : call.set('authorization', `Bearer ${credential}`);
    };
    return {
      keys: (await get('/.well-known/jwks.json').expect(200)).body,
      me: (await get('/api/v1/accounts/me', session).expect(200)).body,
      byToken: (await get('/api/v1/accounts/me', token).expect(200)).body,
      installations: (await get('/api/v1/installations', hostKey).expect(200)).body.items,
      versions: (await get('/api/v1/plugins/acme/many/versions?limit=100').expect(200)).body.items,
      npm: (await get('/npm/@acme%2fmoved').expect(200)).body,
      wheel: createHash('sha256')
        .update((await get(artifact).buffer(true).parse(binary).expect(200)).body as Buffer)
        .digest('hex'),
      changes: (await get('/api/v1/changes?limit=1000').expect(200)).body.items,
    };
  }

  const startOn = (environment: Environment) => startStore(environment, environment['MORTISE_DATA']);

  it.each(['whole', 'whole.tar'])(
    'to other engines and back, as %s, has equal rows and bytes, the same cluster, keys and sessions',
    async (name) => {
      const target = await large();
      const there = await exportOf(source, name);
      expect(there.told).toContain('MORTISE_SECRET_KEY');
      expect(readdirSync(join(there.path, '..'))).toEqual([name]);
      await importInto(target, there.path);
      expect(await rowsOf(target)).toEqual(await rowsOf(source));
      const back = small();
      const again = await exportOf(target, name);
      await importInto(back, again.path);
      expect(await rowsOf(back)).toEqual(await rowsOf(source));
      for (const place of [target, back]) {
        const store = await startOn(place);
        expect(await answers(store.server)).toEqual(before);
        // What counts goes on where it was.
        const published = await request(store.server)
          .post('/api/v1/publishers/acme/releases')
          .set('authorization', `Bearer ${token}`)
          .set('content-type', 'application/yaml')
          .send(
            'name: new\nversion: 1.0.0\ninterfaces:\n  a:\n    form: [{type: integer, name: n, label: N}]\n',
          );
        expect(published.status).toBe(201);
        await store.app.close();
        expect(await verified(place)).toEqual({ code: 0, damages: [] });
      }
    },
    240_000,
  );

  it('is refused by a store that has something, by another key and by none', async () => {
    const { path } = await exportOf(source, 'whole.tar');
    await expect(importInto(source, path)).rejects.toMatchObject({ code: 'store-not-empty' });
    const target = await large();
    const { MORTISE_SECRET_KEY: _, ...keyless } = target;
    await expect(importInto(keyless, path)).rejects.toMatchObject({ code: 'secret-key-missing' });
    await expect(importInto({ ...target, MORTISE_SECRET_KEY: 'another' }, path)).rejects.toMatchObject({
      code: 'secret-key-wrong',
    });
    await importInto(target, path);
    await expect(importInto(target, path)).rejects.toMatchObject({ code: 'store-not-empty' });
    const taken = exportStore(settingsOf(source), path, () => undefined);
    await expect(taken).rejects.toThrow('is there already');
  });

  it('comes whole or not at all, and can be begun again', async () => {
    const { path } = await exportOf(source, 'whole');
    const target = await large();
    const tables = join(path, 'tables');
    const damage: [what: string, plant: (copy: string) => void][] = [
      [
        'a row that changed',
        (copy) => writeFileSync(join(copy, 'tables', readdirSync(tables).at(-1)!), '[]\n'),
      ],
      ['rows that are missing', (copy) => rmSync(join(copy, 'tables', readdirSync(tables).at(-1)!))],
      ['a blob that is missing', (copy) => rmSync(firstBlob(copy))],
      ['a blob that was cut off', (copy) => truncateSync(firstBlob(copy), 10)],
      ['one blob more', (copy) => writeFileSync(`${firstBlob(copy)}x`, 'x')],
    ];
    for (const [what, plant] of damage) {
      const copy = join(newFolder(), 'copy');
      cpSync(path, copy, { recursive: true });
      plant(copy);
      expect([what, await importInto(target, copy).catch(String)]).toEqual([
        what,
        expect.stringContaining('The export is damaged'),
      ]);
      expect(await rowsOf(target)).toEqual({});
    }
    const cut = await exportOf(source, 'cut.tar');
    truncateSync(cut.path, Math.floor(readFileSync(cut.path).length / 2));
    await expect(importInto(target, cut.path)).rejects.toThrow('damaged');
    await importInto(target, path);
    expect(await rowsOf(target)).toEqual(await rowsOf(source));
  });

  it('is exported as of one moment, while it serves', async () => {
    const busy = await large();
    const first = await exportOf(source, 'first');
    await importInto(busy, first.path);
    const store = await startOn(busy);
    const stop = new AbortController();
    let published = 0;
    const work = (async () => {
      for (; !stop.signal.aborted; published += 1) {
        const version = `2.0.${published}`;
        const busyWheel = buildWheel({ name: 'busy', version });
        const answer = await request(store.server)
          .post('/api/v1/publishers/acme/releases')
          .set('authorization', `Bearer ${token}`)
          .attach(
            'descriptor',
            Buffer.from(
              `name: busy\nversion: ${version}\nbackend: busy==${version}\nbackend_component: Busy\n`,
            ),
            'plugin.yaml',
          )
          .attach('artifact', busyWheel, `busy-${version}-py3-none-any.whl`);
        expect(answer.status).toBe(201);
      }
    })();
    while (published < 3) await new Promise((done) => setTimeout(done, 20));
    const { path } = await exportOf(busy, 'busy.tar');
    stop.abort();
    await work;
    await store.app.close();
    const restored = small();
    await importInto(restored, path);
    expect(await verified(restored)).toEqual({ code: 0, damages: [] });
    const rows = await rowsOf(restored);
    expect(rows['plugin_release']!.length).toBeGreaterThan(63);
    expect(existsSync(`${path}.partial`)).toBe(false);
  }, 120_000);
});

const binary = ((response: NodeJS.ReadableStream, done: (error: null, body: Buffer) => void) => {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('end', () => done(null, Buffer.concat(chunks)));
}) as never;

function firstBlob(folder: string): string {
  const blobs = join(folder, 'blobs', 'sha256');
  const [shard = ''] = readdirSync(blobs).sort();
  return join(blobs, shard, readdirSync(join(blobs, shard)).sort()[0]!);
}
