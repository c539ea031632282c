import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { Database, selectRows } from '#database';
import { limits, sha256Hex } from '#kernel';
import { NameClaims, PackageOwners, PullThrough, UpstreamPackages } from '#packages';
import { buildWheel, eventually } from '#testing';
import { StoreSettings } from '../apps/registry/src/platform/settings/store-settings.js';
import { CatalogStore } from './catalog-store.js';
import { FakeRegistries } from './fake-registries.js';
import { seedPublisher } from './seed-publisher.js';
import { freePort } from './services/free-port.js';
import { startStore } from './start-store.js';
import type { RunningStore } from './start-store.js';

const base = 'http://store.example';

// One store and one upstream for all tests that leave them as they are; whoever closes or restarts one gets them anew.
let upstream: FakeRegistries;
let store: RunningStore;
let shared: { readonly store: RunningStore; readonly upstream: FakeRegistries } | undefined;
beforeEach(async () => {
  if (shared) return;
  upstream = await FakeRegistries.start();
  store = await startStore(upstream.environment);
  shared = { store, upstream };
});
afterEach(async () => {
  if (shared?.store === store && !upstream.isClosed) {
    upstream.forget();
    await forgetPulled(store);
  } else await closeBoth();
});
afterAll(async () => {
  if (shared) await closeBoth();
});

async function closeBoth(): Promise<void> {
  shared = undefined;
  await store.close();
  await upstream.close();
}

const pull = (from = store): PullThrough => from.app.get(PullThrough, { strict: false });
const document = async (name: string, form: 'full' | 'short' = 'short', from = store) => {
  const found = await pull(from).document('npm', name, form, base);
  return found && { ...found, json: JSON.parse(found.body.toString()) };
};
const project = async (name: string, from = store) => {
  const found = await pull(from).document('python', name, 'simple', base);
  return found && { ...found, json: JSON.parse(found.body.toString()) };
};
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error as { code?: string }).code,
  );

/** As a store that never pulled anything. */
async function forgetPulled({ app }: RunningStore): Promise<void> {
  const database = app.get(Database);
  await database.write(async (sql, tell) => {
    const kept = await selectRows<{ side: string; name: string }>(
      sql,
      'SELECT side, name FROM upstream_page UNION SELECT side, name FROM package',
      [],
    );
    for (const table of ['upstream_page', 'package_file', 'package_version', 'package'])
      await sql.query(`DELETE FROM ${table}`);
    for (const { side, name } of kept) tell('package', `${side}:${name}`);
  });
}

/** Another start on the same data folder. */
async function restarted(environment: Record<string, string> = upstream.environment): Promise<RunningStore> {
  const { folder } = store;
  await store.app.close();
  store = await startStore(environment, folder);
  return store;
}

describe('an npm document of a name that nobody owns', () => {
  it('is upstream’s, with the store’s addresses and upstream’s signatures', async () => {
    upstream.npm('@left/pad', ['1.0.0', '1.1.0']);
    const found = await document('@left/pad');
    expect(found?.stale).toBe(false);
    expect(found?.json['dist-tags']).toEqual({ latest: '1.1.0' });
    expect(Object.keys(found?.json.versions)).toEqual(['1.0.0', '1.1.0']);
    const { dist, hasInstallScript, readme } = found!.json.versions['1.0.0'];
    expect(dist.tarball).toBe(`${base}/npm/@left/pad/-/pad-1.0.0.tgz`);
    expect(dist.signatures).toEqual([{ keyid: 'SHA256:upstream', sig: 'abc' }]);
    expect([hasInstallScript, readme]).toEqual([true, undefined]);
    const full = await document('@left/pad', 'full');
    expect(full?.json.versions['1.0.0'].readme).toContain('long');
    expect(full?.json.time['1.0.0']).toBe('2024-01-01T00:00:00.000Z');
  });

  it('leaves out what could not be verified, or is of another package', async () => {
    upstream.npm('odd', ['1.0.0', '1.1.0', '1.2.0', '1.3.0'], ({ versions }) => {
      versions['1.0.0']!.dist.integrity = undefined;
      versions['1.0.0']!.dist.shasum = undefined;
      versions['1.1.0']!.name = 'other';
      versions['1.2.0']!.dist.tarball = 'http://[';
    });
    expect(Object.keys((await document('odd'))?.json.versions)).toEqual(['1.3.0']);
  });

  it('is asked for once however many ask, and not again while it is fresh', async () => {
    upstream.npm('busy', ['1.0.0']);
    upstream.delayMs = 100;
    const found = await Promise.all(Array.from({ length: 20 }, () => document('busy')));
    expect(new Set(found.map((one) => one?.body.toString())).size).toBe(1);
    await document('busy');
    await restarted();
    await document('busy');
    expect(upstream.count('/npm/busy')).toBe(1);
  });

  it('is revalidated by its ETag once it is no longer fresh', async () => {
    upstream.npm('left-pad', ['1.0.0']);
    await document('left-pad');
    await restarted({ ...upstream.environment, MORTISE_UPSTREAM_FRESH_SECONDS: '0' });
    await document('left-pad');
    expect(upstream.headers.at(-1)?.['if-none-match']).toMatch(/^"[0-9a-f]+"$/);
    upstream.npm('left-pad', ['1.0.0', '2.0.0']);
    expect((await document('left-pad'))?.json['dist-tags'].latest).toBe('2.0.0');
  });

  it('is there while upstream is not, and says that it is stale', async () => {
    upstream.npm('left-pad', ['1.0.0']);
    await document('left-pad');
    await upstream.close();
    await restarted({ ...upstream.environment, MORTISE_UPSTREAM_FRESH_SECONDS: '0' });
    expect(await document('left-pad')).toMatchObject({ stale: true });
    expect(await codeOf(document('never-seen'))).toBe('upstream-unreachable');
  });

  it('of which upstream has none is asked for again only after a while', async () => {
    expect(await document('nothing')).toBeUndefined();
    upstream.npm('nothing', ['1.0.0']);
    expect(await document('nothing')).toBeUndefined();
    expect(upstream.count('/npm/nothing')).toBe(1);
  });

  it('is the kept one where upstream answers nonsense', async () => {
    upstream.npm('left-pad', ['1.0.0']);
    await document('left-pad');
    await restarted({ ...upstream.environment, MORTISE_UPSTREAM_FRESH_SECONDS: '0' });
    for (const body of ['<html>', 'null', '{"name":"other","versions":{}}']) {
      upstream.answers.set('/npm/left-pad', { body });
      expect(await document('left-pad')).toMatchObject({ stale: true });
    }
    upstream.answers.set('/npm/left-pad', { body: 'busy', status: 500 });
    expect(await document('left-pad')).toMatchObject({ stale: true });
  });

  it('is refused for good where upstream won’t give it, and the kept one where it once did', async () => {
    upstream.npm('left-pad', ['1.0.0']);
    await document('left-pad');
    await restarted({ ...upstream.environment, MORTISE_UPSTREAM_FRESH_SECONDS: '0' });
    for (const status of [401, 403, 451]) {
      for (const name of ['left-pad', 'vetted'])
        upstream.answers.set(`/npm/${name}`, { body: '{"error":"no"}', status });
      const answer = await request(store.server).get('/npm/vetted');
      expect(answer).toMatchObject({ status: 403, body: { code: 'upstream-refuses' } });
      expect(answer.body.error).toContain(`answers ${status}`);
      expect(await document('left-pad')).toMatchObject({ stale: true });
    }
  });

  it('is none where upstream’s goes deeper than can be written', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    upstream.answers.set('/npm/deep', { body: `{"name":"deep","versions":{},"strange":${deep}}` });
    expect(await codeOf(document('deep', 'full'))).toBe('upstream-unreachable');
  });

  it('asks with the name of the store, and no credentials', async () => {
    upstream.npm('left-pad', ['1.0.0']);
    await document('left-pad');
    expect(upstream.headers[0]).toMatchObject({ via: expect.stringMatching(/^1\.1 mortise-[0-9a-f-]{36}$/) });
    expect(upstream.headers[0]).not.toHaveProperty('authorization');
  });
});

describe('a tarball of a name that nobody owns', () => {
  const file = (name: string, filename: string) => pull().file('npm', name, filename);

  it('is fetched once, verified, kept and served from then on', async () => {
    const [tarball] = upstream.npm('@left/pad', ['1.0.0']);
    upstream.delayMs = 50;
    const found = await Promise.all(Array.from({ length: 10 }, () => file('@left/pad', 'pad-1.0.0.tgz')));
    expect(new Set(found.map((one) => one?.sha256))).toEqual(new Set([sha256Hex(tarball!)]));
    expect(upstream.count('/npm/@left/pad/-/pad-1.0.0.tgz')).toBe(1);
    await upstream.close();
    await restarted();
    expect((await file('@left/pad', 'pad-1.0.0.tgz'))?.size).toBe(tarball!.length);
  });

  it('is refused and not kept where the bytes are not those that the index promises', async () => {
    const [tarball] = upstream.npm('liar', ['1.0.0']);
    const path = '/npm/liar/-/liar-1.0.0.tgz';
    upstream.answers.set(path, { body: Buffer.concat([tarball!, Buffer.from('!')]) });
    expect(await codeOf(file('liar', 'liar-1.0.0.tgz'))).toBe('upstream-mismatch');
    upstream.answers.set(path, { body: tarball! });
    expect(await file('liar', 'liar-1.0.0.tgz')).toBeDefined();
  });

  it('is refused for good where upstream lists it and won’t give it', async () => {
    upstream.npm('vetted', ['1.0.0']);
    upstream.answers.set('/npm/vetted/-/vetted-1.0.0.tgz', { body: 'no', status: 403 });
    expect(await codeOf(file('vetted', 'vetted-1.0.0.tgz'))).toBe('upstream-refuses');
    expect(upstream.count('/npm/vetted/-/vetted-1.0.0.tgz')).toBe(1);
  });

  it('is asked for once more where it broke on the way', async () => {
    const [tarball] = upstream.npm('broken', ['1.0.0']);
    let attempts = 0;
    upstream.answers.set('/npm/broken/-/broken-1.0.0.tgz', (_request, response) => {
      attempts += 1;
      response.writeHead(200, { 'content-length': tarball!.length });
      if (attempts > 1) response.end(tarball);
      else response.write(tarball!.subarray(0, 10), () => response.destroy());
    });
    expect(await file('broken', 'broken-1.0.0.tgz')).toBeDefined();
    expect(attempts).toBe(2);
  });

  it('may lie elsewhere, but not by other means than HTTP', async () => {
    const [tarball] = upstream.npm('far', ['1.0.0'], ({ versions }) => {
      versions['1.0.0']!.dist.tarball = `${upstream.address}/elsewhere`;
    });
    upstream.answers.set(
      '/elsewhere',
      (_request, response) => void response.writeHead(302, { location: '/moved' }).end(),
    );
    upstream.answers.set('/moved', { body: tarball! });
    expect(await file('far', 'far-1.0.0.tgz')).toBeDefined();
    upstream.npm('local', ['1.0.0'], ({ versions }) => {
      versions['1.0.0']!.dist.tarball = 'file:///etc/passwd';
    });
    expect(await codeOf(file('local', 'local-1.0.0.tgz'))).toBe('upstream-unreachable');
  });

  it('may come redirected only so often', async () => {
    upstream.npm('round', ['1.0.0']);
    upstream.answers.set(
      '/npm/round/-/round-1.0.0.tgz',
      (_request, response) =>
        void response.writeHead(302, { location: '/npm/round/-/round-1.0.0.tgz' }).end(),
    );
    expect(await codeOf(file('round', 'round-1.0.0.tgz'))).toBe('upstream-unreachable');
    expect(upstream.count('/npm/round/-/round-1.0.0.tgz')).toBeLessThanOrEqual(
      (limits.upstreamRedirects + 1) * limits.upstreamAttempts,
    );
  });
});

describe('a project of the Python index that nobody owns', () => {
  it.each(['json', 'html'] as const)('is upstream’s, from %s', async (form) => {
    const [wheel] = upstream.python('zephyr-tool', ['1.0.0', '1.10.0', '1.9.0'], form);
    const found = await project('zephyr-tool');
    expect(found?.json).toMatchObject({ name: 'zephyr-tool', versions: ['1.0.0', '1.9.0', '1.10.0'] });
    expect(found?.json.files[0]).not.toHaveProperty('dist-info-metadata');
    expect(found?.json.files[0]).toMatchObject({
      filename: 'zephyr_tool-1.0.0-py3-none-any.whl',
      url: `${base}/pypi/files/zephyr-tool/zephyr_tool-1.0.0-py3-none-any.whl`,
      hashes: { sha256: sha256Hex(wheel!) },
      'requires-python': '>=3.8',
    });
    const file = await pull().file('python', 'zephyr-tool', 'zephyr_tool-1.0.0-py3-none-any.whl');
    expect(file).toMatchObject({ sha256: sha256Hex(wheel!), version: '1.0.0' });
  });

  it('goes out by the index’s own doors, with METADATA that is not fetched with the wheel', async () => {
    const [wheel] = upstream.python('zephyr-tool', ['1.0.0']);
    const page = await request(store.server)
      .get('/pypi/simple/zephyr-tool/')
      .set('accept', '*/*')
      .expect(200);
    expect(page.text).toContain('zephyr_tool-1.0.0-py3-none-any.whl');
    const address = '/pypi/files/zephyr-tool/zephyr_tool-1.0.0-py3-none-any.whl';
    for (let round = 0; round < 2; round++) {
      const metadata = await request(store.server).get(`${address}.metadata`).buffer(true).expect(200);
      expect(metadata.body.toString()).toContain('Name: zephyr-tool');
    }
    expect(upstream.count('/files/zephyr_tool-1.0.0-py3-none-any.whl')).toBe(0);
    const file = await request(store.server).head(address).expect(200);
    expect(file.headers['etag']).toBe(`"${sha256Hex(wheel!)}"`);
    // Also once the wheel is there.
    await request(store.server).get(`${address}.metadata`).expect(200);
    expect(upstream.count('/files/zephyr_tool-1.0.0-py3-none-any.whl.metadata')).toBe(1);
  });

  it('leaves out what pip installs no more, and what is not of the project', async () => {
    const hashes = { sha256: 'a'.repeat(64) };
    const names = [
      'zephyr-tool-1.0.tar.gz',
      'Zephyr.Tool-1.0.tar.gz',
      'zephyr-tool-1.0.zip',
      'zephyr_tool-1.0-py2.7.egg',
      'zephyr-tool-1.0.linux-x86_64.tar.gz',
      'other-1.0.tar.gz',
      '../x-1.0.tar.gz',
    ];
    const files = names.map((filename) => ({ filename, url: 'x', hashes }));
    const unverified = {
      filename: 'zephyr_tool-1.0-py3-none-any.whl',
      url: 'x',
      hashes: { md5: 'b'.repeat(32) },
    };
    const body = JSON.stringify({ meta: {}, name: 'zephyr-tool', files: [...files, unverified, null] });
    upstream.answers.set('/simple/zephyr-tool/', { body, type: 'application/vnd.pypi.simple.v1+json' });
    const found = await project('zephyr-tool');
    expect(found?.json.files.map(({ filename }: { filename: string }) => filename)).toEqual([
      'zephyr-tool-1.0.tar.gz',
    ]);
  });
});

describe('a version of upstream that was quarantined', () => {
  it('is refused with the reason where it is asked for by its number', async () => {
    upstream.npm('bad', ['1.0.0', '1.1.0'], (packument) =>
      Object.assign(packument, { policyRestrictions: 1 }),
    );
    const get = (path: string) => request(store.server).get(`/npm/bad/${path}`);
    expect((await get('1.1.0')).status).toBe(200);
    const { token } = await seedPublisher(store, 'mods', { scopes: ['moderate'], roles: ['moderator'] });
    const done = await request(store.server)
      .put('/api/v1/packages/npm/bad/versions/1.1.0/quarantine')
      .set('authorization', `Bearer ${token}`)
      .send({ reason: 'It mines coins.' });
    expect(done.status).toBe(200);
    const refused = await get('1.1.0');
    expect([refused.status, refused.body.code]).toEqual([403, 'quarantined']);
    expect(refused.body.reason).toContain('It mines coins.');
    expect((await get('latest')).body.version).toBe('1.0.0');
  });
});

describe('settings', () => {
  it('keep the store from upstream where it is off; what was pulled stays', async () => {
    upstream.npm('left-pad', ['1.0.0', '2.0.0']);
    await document('left-pad');
    await pull().file('npm', 'left-pad', 'left-pad-1.0.0.tgz');
    const before = upstream.asked.length;
    await restarted({});
    expect(await document('other')).toBeUndefined();
    const kept = await document('left-pad');
    expect(Object.keys(kept?.json.versions)).toEqual(['1.0.0']);
    expect(kept?.json['dist-tags']).toEqual({ latest: '1.0.0' });
    expect(await pull().file('npm', 'left-pad', 'left-pad-1.0.0.tgz')).toBeDefined();
    expect(await pull().file('npm', 'left-pad', 'left-pad-2.0.0.tgz')).toBeUndefined();
    expect(upstream.asked.length).toBe(before);
  });

  it('say which names may be fetched', async () => {
    for (const name of ['@acme/panel', 'left-pad', 'right-pad']) upstream.npm(name, ['1.0.0']);
    upstream.python('left-pad', ['1.0.0']);
    await document('@acme/panel');
    await restarted({
      ...upstream.environment,
      MORTISE_UPSTREAM_ALLOW: 'npm:@acme/*, Left_*, left-*',
      MORTISE_UPSTREAM_BLOCK: 'npm:left-*',
    });
    expect(await document('@acme/panel')).toBeDefined();
    expect(await document('left-pad')).toBeUndefined();
    expect(await document('right-pad')).toBeUndefined();
    expect(await project('left-pad')).toBeDefined();
    expect(upstream.asked).not.toContain('/npm/left-pad');
  });

  it('may not make the store its own upstream', async () => {
    await store.close();
    store = await startStore({
      MORTISE_PUBLIC_URL: 'http://localhost:4321',
      MORTISE_UPSTREAM_NPM: 'http://127.0.0.1:4321/npm/',
    });
    expect(await document('left-pad')).toBeUndefined();
  });
});

describe('a name that the store owns', () => {
  let catalog: CatalogStore;
  const publish = async (name: string) =>
    request(catalog.store.server)
      .post('/api/v1/publishers/acme/releases')
      .set('authorization', `Bearer ${catalog.token}`)
      .attach(
        'descriptor',
        Buffer.from(`name: tool\nversion: 1.0.0\nbackend: ${name}==9.0.0\nbackend_component: P\n`),
        'plugin.yaml',
      )
      .attach(
        'artifact',
        (await import('#testing')).buildWheel({ name: 'zephyr_tool', version: '9.0.0' }),
        'zephyr_tool-9.0.0-py3-none-any.whl',
      );

  beforeEach(async () => {
    await store.close();
    catalog = await CatalogStore.start(upstream.environment);
    store = catalog.store;
  });

  it('is never looked up upstream', async () => {
    await publish('zephyr-tool');
    upstream.asked.length = 0;
    upstream.python('zephyr-tool', ['99.0.0']);
    expect(await project('zephyr-tool')).toBeUndefined();
    const filename = 'zephyr_tool-99.0.0-py3-none-any.whl';
    expect(await pull().file('python', 'zephyr-tool', filename)).toBeUndefined();
    expect(await pull().metadata('zephyr-tool', filename)).toBeUndefined();
    expect(
      await store.app.get(UpstreamPackages, { strict: false }).versions('python', 'zephyr-tool'),
    ).toBeUndefined();
    const page = await request(store.server).get('/pypi/simple/zephyr-tool/').expect(200);
    expect(page.text).not.toContain('99.0.0');
    await request(store.server).get(`/pypi/files/zephyr-tool/${filename}`).expect(404);
    expect(upstream.asked).toEqual([]);
  });

  it('is not written over by a fetch that began before it had an owner', async () => {
    const filename = 'zephyr_tool-99.0.0-py3-none-any.whl';
    const [wheel] = upstream.python('zephyr-tool', ['99.0.0']);
    let go = (): void => undefined;
    upstream.answers.set(`/files/${filename}`, (_request, response) => {
      go = () => void response.end(wheel);
    });
    expect(await project('zephyr-tool')).toBeDefined();
    const fetching = pull().file('python', 'zephyr-tool', filename);
    await eventually(() => upstream.count(`/files/${filename}`) > 0);
    const act = {
      action: 'grant-package-name',
      target: 'package:python:zephyr-tool',
      reason: null,
      details: {},
      at: 1,
    };
    const actor = { kind: 'system', id: null, name: 'test' } as const;
    await store.app
      .get(PackageOwners, { strict: false })
      .give('python', 'zephyr-tool', 'acme', { ...act, actor });
    go();
    expect(await fetching).toBeUndefined();
    expect(await project('zephyr-tool')).toBeUndefined();
    await request(store.server).get(`/pypi/files/zephyr-tool/${filename}`).expect(404);
    await request(store.server).get('/pypi/simple/zephyr-tool/').expect(404);
  });
});

describe('claims', () => {
  const isUpstream = (name: string, from = store) =>
    from.app.get(NameClaims, { strict: false }).isUpstream('npm', name);

  it('are upstream’s where it has the name, or had it when it was last heard of', async () => {
    upstream.npm('left-pad', ['1.0.0']);
    expect(await isUpstream('left-pad')).toBe(true);
    expect(await isUpstream('right-pad')).toBe(false);
    await upstream.close();
    await restarted({ ...upstream.environment, MORTISE_UPSTREAM_FRESH_SECONDS: '0' });
    expect(await isUpstream('left-pad')).toBe(true);
    expect(await isUpstream('right-pad')).toBe(false);
    expect(await isUpstream('never-seen')).toBe(false);
    await restarted({});
    expect(await isUpstream('never-seen')).toBe(false);
  });

  it('are nobody’s where the name may not be fetched', async () => {
    upstream.npm('@acme/panel', ['1.0.0']);
    await restarted({ ...upstream.environment, MORTISE_UPSTREAM_BLOCK: 'npm:@acme/*' });
    expect(await isUpstream('@acme/panel')).toBe(false);
  });
});

describe('versions to be pinned', () => {
  const packages = () => store.app.get(UpstreamPackages, { strict: false });

  it('are those of upstream, the newest being what a client would choose', async () => {
    upstream.npm('left-pad', ['1.0.0', '1.1.0', '2.0.0', '3.0.0-rc.1'], (packument) => {
      packument.versions['2.0.0']!.deprecated = 'use right-pad';
      packument['dist-tags'].latest = '2.0.0';
    });
    const found = await packages().versions('npm', 'left-pad');
    expect(found?.newest).toBe('1.1.0');
    expect(found?.versions.map(({ version, stable }) => [version, stable])).toEqual([
      ['1.0.0', true],
      ['1.1.0', true],
      ['2.0.0', true],
      ['3.0.0-rc.1', false],
    ]);
    expect(await packages().versions('npm', 'nothing')).toBeUndefined();
  });

  it('are pulled whole and inspected, also where a client had pulled the file before', async () => {
    upstream.npm('left-pad', ['1.0.0']);
    const [wheel] = upstream.python('zephyr-tool', ['1.0.0']);
    await pull().file('npm', 'left-pad', 'left-pad-1.0.0.tgz');
    const npm = await packages().pull('npm', 'left-pad', '1.0.0');
    expect(npm?.artifacts).toMatchObject([
      { kind: 'tarball', files: expect.arrayContaining([expect.anything()]) },
    ]);
    const steps: string[] = [];
    const python = await packages().pull('python', 'zephyr-tool', '1.0', ({ filename }) =>
      steps.push(filename),
    );
    expect(python?.artifacts).toMatchObject([
      { kind: 'wheel', sha256: sha256Hex(wheel!), metadata: { text: expect.any(String) } },
    ]);
    expect(steps).toEqual(['zephyr_tool-1.0.0-py3-none-any.whl']);
    expect(await packages().pull('python', 'zephyr-tool', '2.0')).toBeUndefined();
    const kept = await pull().file('npm', 'left-pad', 'left-pad-1.0.0.tgz');
    expect(kept?.artifact).toMatchObject({ files: expect.arrayContaining([expect.anything()]) });
  });

  it('are not where one asks for something by its address, though clients are handed it', async () => {
    const filename = 'led_astray-1.0.0-py3-none-any.whl';
    const metadata =
      'Metadata-Version: 2.1\nName: led-astray\nVersion: 1.0.0\nRequires-Dist: wild @ https://elsewhere.example/wild.zip\n';
    const body = buildWheel({ name: 'led_astray', version: '1.0.0', metadata });
    upstream.answers.set(`/files/${filename}`, { body });
    upstream.answers.set('/simple/led-astray/', {
      type: 'application/vnd.pypi.simple.v1+json',
      body: JSON.stringify({
        meta: { 'api-version': '1.1' },
        name: 'led-astray',
        versions: ['1.0.0'],
        files: [{ filename, url: `../../files/${filename}`, hashes: { sha256: sha256Hex(body) } }],
      }),
    });
    expect(await pull().file('python', 'led-astray', filename)).toBeDefined();
    expect(await codeOf(packages().pull('python', 'led-astray', '1.0.0'))).toBe('requirement-by-address');
  });
});

describe('stores that fetch from each other', () => {
  it('serve what the other pulled', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-test-'));
    const middle = await startStore({ ...upstream.environment }, folder);
    await middle.app.listen(0, '127.0.0.1');
    const middleAddress = await middle.app.getUrl();
    middle.app.get(StoreSettings).listensOn(middleAddress);
    const outer = await startStore({ MORTISE_UPSTREAM_PYTHON: `${middleAddress}/pypi/simple` });
    const [wheel] = upstream.python('zephyr-tool', ['1.0.0']);
    const file = await pull(outer).file('python', 'zephyr-tool', 'zephyr_tool-1.0.0-py3-none-any.whl');
    expect(file?.sha256).toBe(sha256Hex(wheel!));
    await outer.close();
    await middle.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('end a round', async () => {
    const port = await freePort();
    const first = await startStore({ MORTISE_UPSTREAM_PYTHON: `http://localhost:${port}/pypi/simple` });
    await first.app.listen(0, '127.0.0.1');
    const second = await startStore({ MORTISE_UPSTREAM_PYTHON: `${await first.app.getUrl()}/pypi/simple` });
    await second.app.listen(port, '127.0.0.1');
    const started = performance.now();
    expect(await project('nowhere', first)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(10_000);
    await first.close();
    await second.close();
  });

  it('notice that they were set to fetch from themselves', async () => {
    const port = await freePort();
    // By a name that the store doesn't know for its own.
    const self = await startStore({ MORTISE_UPSTREAM_PYTHON: `http://localhost:${port}/pypi/simple` });
    await self.app.listen(port, '127.0.0.1');
    expect(await codeOf(pull(self).document('python', 'nowhere', 'simple', base))).toBe(
      'upstream-unreachable',
    );
    expect(await pull(self).document('python', 'elsewhere', 'simple', base)).toBeUndefined();
    await self.close();
  });
});
