import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
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
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import request from 'supertest';
import { Random } from '#testing';
import { Database, leftTables, movedTables, selectRows, StoreSnapshot } from '#database';
import { verifyStore } from '../../apps/registry/src/platform/commands/verify-store.js';
import { parseSettings } from '../../apps/registry/src/platform/settings/config.js';
import { openBlobs } from '../../apps/registry/src/platform/storage/open-blobs.js';
import { exportStore } from '../../apps/registry/src/platform/move/export-store.js';
import { importStore } from '../../apps/registry/src/platform/move/import-store.js';
import { publishWheel } from '../publish-wheel.js';
import { startStore } from '../start-store.js';
import { fillWithEverything } from './everything-store.js';
import type { Credentials } from './everything-store.js';
import { blobSetting } from './test-blobs.js';
import { dropTestDatabase, openTestDatabase, testServer } from './test-database.js';

type Environment = Record<string, string>;

// The whole is PROOFS=whole, and CRASH_SEED repeats a run.
const kills = process.env['PROOFS'] === 'whole' ? 30 : 2;
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
const program = fileURLToPath(new URL('../../apps/registry/src/main.js', import.meta.url));

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

const onServer = async (folder: string): Promise<Environment> =>
  testServer === undefined ? {} : { MORTISE_DATABASE: await openTestDatabase(testServer, folder, 'empty') };

/** The database on the server of `npm run test:services`, where there is one, and the bytes beside the process. */
const middle = async (): Promise<Environment> => {
  const place = small();
  return { ...place, ...(await onServer(place['MORTISE_DATA']!)) };
};

/** What there is of the services of `npm run test:services`; else another small one. */
const large = async (): Promise<Environment> => {
  const place = await middle();
  return { ...place, ...blobSetting(place['MORTISE_DATA']!) };
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

/** Those of the tables that stay behind which have rows. */
async function tablesLeft({ MORTISE_DATABASE: location = '' }: Environment): Promise<string[]> {
  const database = await Database.open(location);
  try {
    // The migrations themselves leave a notice on PostgreSQL.
    const own = leftTables.filter((table) => table !== 'notice');
    const counts = own.map((table) => `SELECT DISTINCT '${table}' AS name FROM ${table}`);
    const found = await database.read((sql) =>
      selectRows<{ name: string }>(sql, counts.join(' UNION ALL '), []),
    );
    return found.map(({ name }) => name);
  } finally {
    await database.close();
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
  let known: Credentials;

  beforeAll(async () => {
    source = small();
    const filled = await fillWithEverything(source, source['MORTISE_DATA']!);
    ({ known } = filled);
    before = await answers(filled.store.server);
    await filled.store.app.close();
  }, 240_000);

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
    const body = async (path: string, credential?: string) => (await get(path, credential).expect(200)).body;
    // Not before its index is made anew, which takes a while on OpenSearch.
    while ((await get('/health/ready')).status === 503) await pause(50);
    const bytesOf = async (path: string) => {
      const { headers, body: bytes } = await get(path).buffer(true).parse(binary).expect(200);
      const sha256 = createHash('sha256')
        .update(bytes as Buffer)
        .digest('hex');
      return [headers['etag'], sha256];
    };
    const moved = '/api/v1/plugins/acme/moved/versions/1.0.0';
    const introspected = await request(server)
      .post('/oauth/introspect')
      .set('authorization', `Bearer ${known.host}`)
      .type('form')
      .send({ token: known.plugin });
    const { session, token, host } = known.ended;
    const refused = ['accounts/me', 'accounts/me', 'hosts/me'].map(async (path, at) => {
      return (await get(`/api/v1/${path}`, [session, token, host][at])).status;
    });
    return {
      keys: await body('/.well-known/jwks.json'),
      manifestKeys: await body('/api/v1/manifest-keys'),
      npmKeys: await body('/npm/-/npm/v1/keys'),
      me: await body('/api/v1/accounts/me', known.session),
      byToken: await body('/api/v1/accounts/me', known.token),
      installations: await body('/api/v1/installations', known.host),
      plugin: introspected.body,
      refused: await Promise.all(refused),
      failed: (await body('/api/v1/jobs?state=failed', known.session)).items,
      audit: (await body('/api/v1/audit?limit=100', known.session)).items,
      versions: await body('/api/v1/plugins/acme/many/versions?limit=100'),
      channels: await body('/api/v1/plugins/acme/many/channels'),
      found: (await body('/api/v1/plugins?q=moved')).items.map(({ id }: { id: string }) => id),
      changes: (await body('/api/v1/changes?limit=1000')).items,
      documents: await Promise.all(
        [`${moved}/manifest`, '/npm/@acme%2flib', '/pypi/simple/moved/'].map(bytesOf),
      ),
      pulled: await Promise.all(
        ['/npm/left-pad/-/left-pad-1.0.0.tgz', '/pypi/files/far-tool/far_tool-1.0.0-py3-none-any.whl'].map(
          bytesOf,
        ),
      ),
      wheel: await bytesOf('/pypi/files/moved/moved-1.0.0-py3-none-any.whl'),
    };
  }

  const startOn = (environment: Environment) => startStore(environment, environment['MORTISE_DATA']);

  /** Holds against what was before all that clients have and know; and what counts goes on where it was. */
  async function goesOn(place: Environment): Promise<void> {
    const store = await startOn(place);
    expect(await answers(store.server)).toEqual(before);
    await publishWheel(store.server, known.token, 'new', '1.0.0').expect(201);
    const { sequence } = (before['changes'] as { sequence: number }[]).at(-1)!;
    const { body } = await request(store.server).get(`/api/v1/changes?after=${sequence}`).expect(200);
    const told = (body.items as { plugin: string }[]).map(({ plugin }) => plugin);
    expect(new Set(told)).toEqual(new Set(['acme/new']));
    await store.app.close();
    expect(await verified(place)).toEqual({ code: 0, damages: [] });
  }

  it('has something of all that moves', async () => {
    expect(Object.keys(await rowsOf(source)).sort()).toEqual([...movedTables].sort());
  });

  const embedded = { MORTISE_SEARCH: 'embedded' };
  // Each to each other, on the way.
  const way = [
    ['small.tar', middle, embedded],
    ['middle', large, {}],
    ['large.tar', small, embedded],
    ['again', large, embedded],
    ['back.tar', middle, {}],
    ['home', small, {}],
  ] as const;

  it('to other engines and back has equal rows and bytes, the same cluster, keys and sessions', async () => {
    let from = source;
    for (const [name, make, search] of testServer === undefined ? way.slice(0, 2) : way) {
      const there = await exportOf(from, name);
      expect(there.told).toContain('MORTISE_SECRET_KEY');
      expect(readdirSync(join(there.path, '..'))).toEqual([name]);
      const place = { ...(await make()), ...search };
      await importInto(place, there.path);
      expect(await rowsOf(place)).toEqual(await rowsOf(source));
      expect(await tablesLeft(place)).toEqual([]);
      if (from !== source) await goesOn(from);
      from = place;
    }
    await goesOn(from);
  }, 600_000);

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
    const elsewhere = await large();
    await (await openBlobs(settingsOf(elsewhere))).owner(randomUUID());
    await expect(importInto(elsewhere, path)).rejects.toMatchObject({ code: 'blobs-of-another-store' });
    expect(await rowsOf(elsewhere)).toEqual({});
    const inAFile = join(path, 'a.tar');
    await expect(exportStore(settingsOf(source), inAFile, () => undefined)).rejects.toThrow(
      `The export can't be written to ${inAFile} (ENOTDIR)`,
    );
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

  /** Imports by a process of its own; with `killedAfterMs`, for no longer than that. What it came to, and how long it took. */
  async function importByProcess(place: Environment, path: string, killedAfterMs?: number) {
    const begun = performance.now();
    const child = spawn(process.execPath, [program, 'import', path], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, MORTISE_UPSTREAM_NPM: 'off', MORTISE_UPSTREAM_PYTHON: 'off', ...place },
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const kill = setTimeout(() => child.kill('SIGKILL'), killedAfterMs ?? 120_000);
    const [code] = (await once(child, 'close')) as [number | null];
    clearTimeout(kill);
    return { code, errors, ms: performance.now() - begun };
  }

  it(
    `is whole where imports were killed at any moment and then begun again (CRASH_SEED=${seed})`,
    async () => {
      const random = new Random(seed);
      const { path } = await exportOf(source, 'killed.tar');
      const first = await importByProcess(await large(), path);
      expect(first).toMatchObject({ code: 0, errors: '' });
      let place = await large();
      for (let kill = 0; kill < kills; kill += 1) {
        // Before that it is being loaded.
        const { code } = await importByProcess(place, path, first.ms * (0.3 + 0.7 * random.next()));
        // The last one of a place, and now and then one before, is let come to its end.
        if (code === null && kill < kills - 1 && random.next() < 0.6) continue;
        const last = await importByProcess(place, path);
        // It may have been killed when all was there.
        if (last.code !== 0) expect(last.errors).toContain('has a store already');
        expect(await rowsOf(place)).toEqual(await rowsOf(source));
        expect(await verified(place)).toEqual({ code: 0, damages: [] });
        if (kill < kills - 1) place = await large();
      }
      await goesOn(place);
    },
    120_000 + kills * 10_000,
  );

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
        const answer = await publishWheel(store.server, known.token, 'busy', version);
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
  });
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
