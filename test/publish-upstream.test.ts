import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { Database } from '#database';
import { buildNpmTarball, buildWheel, eventually } from '#testing';
import { FakeUpstream } from './fake-upstream.js';
import { seedPublisher } from './seed-publisher.js';
import { startStore } from './start-store.js';
import type { RunningStore } from './start-store.js';

let store: RunningStore;
let token: string;
let stranger: string;
const upstream = new FakeUpstream();

const wheel = (name: string, version: string) => ({
  version,
  filename: `${name.replaceAll('-', '_')}-${version}-py3-none-any.whl`,
  bytes: buildWheel({ name, version }),
});

const tarball = (name: string, version: string, files: Record<string, string> = {}) => ({
  version,
  filename: `${name.split('/').at(-1) ?? ''}-${version}.tgz`,
  bytes: buildNpmTarball({
    manifest: { name, version, main: 'index.js' },
    files: { 'index.js': 'export const Panel = 1;\n', ...files },
  }),
});

beforeAll(async () => {
  store = await startStore();
  ({ token } = await seedPublisher(store));
  ({ token: stranger } = await seedPublisher(store, 'others'));
  upstream.serve(store);
  for (const version of ['1.0.0', '1.1.0', '2.0.0b1'])
    upstream.offer('python', 'far-back', wheel('far-back', version));
  upstream.offer('npm', '@far/front', tarball('@far/front', '3.0.0'));
  upstream.offer('npm', '@far/front', tarball('@far/front', '3.1.0'), 'broken');
});

afterAll(() => store.close());

const pair = (name: string, version: string, backend = 'far-back', frontend = '@far/front') =>
  `name: ${name}\nversion: ${version}\nbackend: ${backend}\nbackend_component: Plugin\nfront_end: "${frontend}"\nfrontend_component: Panel\n`;

function publish(yaml: string, { query = '', prefer = '', to = store } = {}) {
  return request(to.server)
    .post(`/api/v1/publishers/acme/releases${query}`)
    .set('authorization', `Bearer ${token}`)
    .set('content-type', 'application/yaml')
    .set(prefer === '' ? {} : { prefer })
    .send(yaml);
}

const get = (path: string, as: string | null = token, from = store) => {
  const call = request(from.server).get(path);
  return as === null ? call : call.set('authorization', `Bearer ${as}`);
};

/** The job at that address, once its state is one of those. */
function jobOnce(states: readonly string[], location = '', as = token, from = store) {
  const { pathname } = new URL(location);
  return eventually(async () => {
    const { body } = await get(pathname, as, from);
    return states.includes(body.state) && body;
  });
}
const ended = ['done', 'failed'];

describe('publishing a descriptor alone', () => {
  it('pins the newest stable versions that upstream has and does not warn of, and hands their files out', async () => {
    const answer = await publish(pair('Newest', '1.0.0'));
    expect(answer.body.interfaces?.default).toMatchObject({
      backend: { package: 'far-back', version: '1.1.0' },
      frontend: { package: '@far/front', version: '3.0.0' },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers['location']).toMatch(/\/api\/v1\/plugins\/acme\/newest\/versions\/1\.0\.0$/);
    const { pathname } = new URL(answer.body.manifest_url);
    const manifest = await get(pathname, null);
    // Nobody trusts the publisher, and the front end has no form beside it.
    expect(manifest.body.code).toBe('not-trusted');
    for (const { url } of answer.body.artifacts as { url: string }[]) {
      expect((await get(new URL(url).pathname, null)).status).toBe(200);
    }
    const again = await publish(pair('Newest', '1.0.0'));
    expect([again.status, again.body]).toEqual([200, answer.body]);
  });

  it('keeps what it pinned when upstream has something newer, or nothing any more', async () => {
    const { pulls } = upstream;
    await publish(pair('Pinned', '1.0.0', 'far-back==1.0.0', '@far/front@3.1.0')).expect(201);
    expect(upstream.pulls).toBeGreaterThan(pulls);
    upstream.silent = true;
    try {
      const named = await publish(pair('Pinned', '1.0.1', 'far-back==1.0', '@far/front@3.1.0'));
      expect(named.body.interfaces?.default.backend.version).toBe('1.0.0');
      expect(named.status).toBe(201);
    } finally {
      upstream.silent = false;
    }
  });

  it('answers 202 with a job where the caller would not wait, and the job goes on', async () => {
    const answer = await publish(pair('Async', '1.0.0'), { prefer: 'respond-async' });
    expect([answer.status, answer.headers['preference-applied']]).toEqual([202, 'respond-async']);
    expect(answer.body).toMatchObject({ release: null, problem: null });
    const { pathname } = new URL(answer.headers['location'] ?? '');
    const job = await jobOnce(ended, answer.headers['location']);
    expect(job).toMatchObject({
      id: answer.body.id,
      state: 'done',
      release: { id: 'acme/async' },
      progress: null,
    });
    expect((await get(pathname, stranger)).body.code).toBe('job-not-found');
    expect((await get(pathname, null)).status).toBe(401);
  });

  it('waits as long as the caller prefers', async () => {
    upstream.offer('python', 'slow-back', wheel('slow-back', '1.0.0'));
    const go = upstream.hold();
    try {
      const yaml = 'name: slow\nversion: 1.0.0\nbackend: slow-back\nbackend_component: Plugin\n';
      const early = await publish(yaml, { prefer: 'handling=strict, wait=1' });
      expect([early.status, early.headers['preference-applied']]).toEqual([202, 'wait=1']);
      await eventually(async () => {
        const { body } = await get(new URL(early.headers['location'] ?? '').pathname);
        expect(body).toMatchObject({ state: 'running', progress: { done: 0, of: 1 } });
        expect(body.step).toContain('slow_back-1.0.0');
      });
      setTimeout(go, 500);
      const late = await publish(yaml, { prefer: 'wait=600' });
      // Both were let go at once: either is the one that publishes.
      expect([200, 201]).toContain(late.status);
      expect(late.headers['preference-applied']).toBe('wait=60');
    } finally {
      go();
    }
  });

  it('says of all that is missing where it was looked for', async () => {
    const answer = await publish(pair('Missing', '1.0.0', 'far-back==9.9', '@nobody/has'));
    expect([answer.status, answer.body.code]).toEqual([422, 'package-not-found']);
    expect(answer.body.packages).toEqual([
      { side: 'python', package: 'far-back', version: '9.9', looked_in: ['store', 'upstream'] },
      { side: 'npm', package: '@nobody/has', version: null, looked_in: ['store', 'upstream'] },
    ]);
  });

  it('tries again when upstream is silent, and says so when it stays silent', async () => {
    upstream.offer('python', 'shy-back', wheel('shy-back', '1.0.0'));
    const yaml = 'name: shy\nversion: 1.0.0\nbackend: shy-back\nbackend_component: Plugin\n';
    upstream.silences = 1;
    expect((await publish(yaml)).status).toBe(201);
    upstream.silent = true;
    try {
      const silent = await publish(yaml.replace('1.0.0', '1.0.1').replaceAll('shy-back', 'silent-back'));
      expect([silent.status, silent.body.code]).toEqual([503, 'upstream-unreachable']);
      expect(silent.headers['retry-after']).toBe('5');
    } finally {
      upstream.silent = false;
    }
  });

  it('refuses what asks for something by its address', async () => {
    const filename = 'led_astray-1.0.0-py3-none-any.whl';
    const metadata =
      'Metadata-Version: 2.1\nName: led-astray\nVersion: 1.0.0\nRequires-Dist: wild @ https://elsewhere.example/wild.zip\n';
    const bytes = buildWheel({ name: 'led_astray', version: '1.0.0', metadata });
    upstream.offer('python', 'led-astray', { version: '1.0.0', filename, bytes });
    const yaml = 'name: astray\nversion: 1.0.0\nbackend: led-astray\nbackend_component: Plugin\n';
    const refused = await publish(yaml);
    expect([refused.status, refused.body.code]).toEqual([400, 'requirement-by-address']);
    expect(refused.body.detail).toMatch(/^led_astray.*"wild @ https:.*by a version/);
  });

  it('looks, and fetches nothing, for a dry run', async () => {
    upstream.offer('python', 'dry-back', wheel('dry-back', '1.0.0'));
    const { pulls } = upstream;
    const dry = await publish('name: dry\nversion: 1.0.0\nbackend: dry-back\nbackend_component: Plugin\n', {
      query: '?dry_run=true',
    });
    expect([dry.status, dry.body.interfaces?.default.backend.version]).toEqual([200, '1.0.0']);
    expect(upstream.pulls).toBe(pulls);
  });

  it('takes uploads beside what upstream has, and refuses uploads under names that are upstream’s', async () => {
    const form = (files: Record<string, Buffer>, yaml: string) => {
      const call = request(store.server)
        .post('/api/v1/publishers/acme/releases')
        .set('authorization', `Bearer ${token}`)
        .attach('descriptor', Buffer.from(yaml), 'plugin.yaml');
      for (const [name, bytes] of Object.entries(files)) call.attach('artifact', bytes, name);
      return call;
    };
    const own = wheel('own-back', '1.0.0');
    const mixed = await form({ [own.filename]: own.bytes }, pair('Mixed', '1.0.0', 'own-back'));
    expect(mixed.body.artifacts?.map(({ kind }: { kind: string }) => kind).sort()).toEqual([
      'tarball',
      'wheel',
    ]);
    expect(mixed.status).toBe(201);
    const theirs = wheel('far-back', '9.0.0');
    const taken = await form(
      { [theirs.filename]: theirs.bytes },
      'name: taken\nversion: 1.0.0\nbackend: far-back\nbackend_component: Plugin\n',
    );
    expect([taken.status, taken.body.code]).toEqual([403, 'name-taken-upstream']);
  });

  it('tells of an import’s entry that it has to be published by itself', async () => {
    const answer = await request(store.server)
      .post('/api/v1/publishers/acme/imports')
      .set('authorization', `Bearer ${token}`)
      .set('content-type', 'application/yaml')
      .send(pair('Imported', '1.0.0'));
    expect(answer.body.items?.[0] ?? answer.body).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'publish-alone' }],
    });
  });
});

describe('a job', () => {
  it('publishes nothing for somebody who has left the publisher since', async () => {
    upstream.offer('python', 'left-back', wheel('left-back', '1.0.0'));
    const { pulls } = upstream;
    const go = upstream.hold();
    const leaver = await seedPublisher(store, 'leavers');
    const answer = await request(store.server)
      .post('/api/v1/publishers/leavers/releases')
      .set('authorization', `Bearer ${leaver.token}`)
      .set('content-type', 'application/yaml')
      .set('prefer', 'respond-async')
      .send('name: left\nversion: 1.0.0\nbackend: left-back\nbackend_component: Plugin\n');
    expect(answer.status).toBe(202);
    await eventually(() => upstream.pulls > pulls);
    await store.app.get(Database).write((sql, tell) => {
      tell('publisher', 'leavers');
      return sql.query(`DELETE FROM publisher_member WHERE publisher = 'leavers'`);
    });
    go();
    expect(await jobOnce(ended, answer.headers['location'], leaver.token)).toMatchObject({
      state: 'failed',
      problem: { status: 403, code: 'not-a-member' },
    });
    expect((await get('/api/v1/plugins/leavers/left', null)).status).toBe(404);
  });

  it('publishes nothing once the token that asked for it is revoked', async () => {
    upstream.offer('python', 'revoked-back', wheel('revoked-back', '1.0.0'));
    const { body: made } = await request(store.server)
      .post('/api/v1/tokens')
      .set('authorization', `Bearer ${token}`)
      .send({ name: 'soon gone', scopes: ['publish'], publisher: 'acme' })
      .expect(201);
    const { pulls } = upstream;
    const go = upstream.hold();
    const answer = await request(store.server)
      .post('/api/v1/publishers/acme/releases')
      .set('authorization', `Bearer ${made.token}`)
      .set('content-type', 'application/yaml')
      .set('prefer', 'respond-async')
      .send('name: revoked\nversion: 1.0.0\nbackend: revoked-back\nbackend_component: Plugin\n')
      .expect(202);
    await eventually(() => upstream.pulls > pulls);
    await request(store.server)
      .delete(`/api/v1/tokens/${made.id}`)
      .set('authorization', `Bearer ${token}`)
      .expect(204);
    go();
    expect(await jobOnce(ended, answer.headers['location'])).toMatchObject({
      state: 'failed',
      problem: { status: 401, code: 'bad-credential' },
    });
    await get('/api/v1/plugins/acme/revoked', null).expect(404);
  });

  it('is begun again by the next start, with all that was sent', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-test-'));
    const first = await startStore({ MORTISE_SHUTDOWN_SECONDS: '1' }, folder);
    const { token: owner } = await seedPublisher(first);
    const slow = new FakeUpstream();
    slow.offer('npm', '@far/front', tarball('@far/front', '3.0.0'));
    slow.hold();
    slow.serve(first);
    const own = wheel('own-back', '1.0.0');
    const answer = await request(first.server)
      .post('/api/v1/publishers/acme/releases')
      .set('authorization', `Bearer ${owner}`)
      .set('prefer', 'respond-async')
      .attach('descriptor', Buffer.from(pair('Survivor', '1.0.0', 'own-back')), 'plugin.yaml')
      .attach('artifact', own.bytes, own.filename);
    expect(answer.status).toBe(202);
    await jobOnce(['running'], answer.headers['location'], owner, first);
    await first.app.close();
    const second = await startStore({}, folder);
    try {
      upstream.serve(second);
      const job = await jobOnce(ended, answer.headers['location'], owner, second);
      expect(job).toMatchObject({ state: 'done', problem: null });
      const release = await get('/api/v1/plugins/acme/survivor/versions/1.0.0', null, second);
      expect(release.body.artifacts).toHaveLength(2);
    } finally {
      await second.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
