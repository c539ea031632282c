import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compactVerify, createLocalJWKSet, importJWK } from 'jose';
import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { InstallationStore } from '#install';
import { buildNpmTarball, buildWheel } from '#testing';
import { seedPublisher } from './seed-publisher.js';
import { startStore } from './start-store.js';
import type { RunningStore } from './start-store.js';

let store: RunningStore;
let token: string;
let staff: string;
let host: { id: string; key: string };

beforeAll(async () => {
  store = await startStore({ MORTISE_PUBLIC_URL: 'http://store.test' });
  ({ token } = await seedPublisher(store));
  const scopes = ['moderate', 'admin'] as const;
  ({ token: staff } = await seedPublisher(store, 'staff', { scopes: [...scopes], roles: ['administrator'] }));
  await publishLinked('1.0.0');
  await setTrust('trusted');
  host = await makeHost('first');
});

afterAll(() => store.close());

const linked = (version: string): string => `name: Zephyr.Tool
version: ${version}
permissions: [clusters:read, "p${version.replaceAll('.', '-')}"]
requires: {galaxy: ">=20.0.0"}
interfaces:
  main:
    backend: {package: Zephyr_Tool, version: ${version}, component: Plugin}
    frontend: {package: "@acme/zephyr-tool", version: ${version}, component: Panel}
    form: [{type: integer, name: keep_days, label: Keep for}]
  extra:
    - backend: {package: zephyr-tool, version: ${version}, component: Extra}
`;

function as(key: string) {
  const send = (method: 'get' | 'post' | 'patch' | 'delete') => (path: string) =>
    request(store.server)[method](path).set('authorization', `Bearer ${key}`);
  return { get: send('get'), post: send('post'), patch: send('patch'), delete: send('delete') };
}

async function publishLinked(version: string): Promise<void> {
  await as(token)
    .post('/api/v1/publishers/acme/releases')
    .attach('descriptor', Buffer.from(linked(version)), 'plugin.yaml')
    .attach('artifact', buildWheel({ version }), `zephyr_tool-${version}-py3-none-any.whl`)
    .attach(
      'artifact',
      buildNpmTarball({ manifest: { name: '@acme/zephyr-tool', version, main: 'dist/index.js' } }),
      `acme-zephyr-tool-${version}.tgz`,
    )
    .expect(201);
}

async function publishYaml(yaml: string): Promise<void> {
  await as(token)
    .post('/api/v1/publishers/acme/releases')
    .set('content-type', 'application/yaml')
    .send(yaml)
    .expect(201);
}

/** A moderator's or administrator's call, by a token of theirs. */
async function decide(method: 'post' | 'put', path: string, body: object): Promise<void> {
  const answer = await request(store.server)[method](path).set('authorization', `Bearer ${staff}`).send(body);
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
}

const setTrust = (trust: 'trusted' | 'untrusted') =>
  decide('put', '/api/v1/publishers/acme/trust', { trust, reason: 'A test asks for it.' });

const yank = (plugin: string, version: string, reason: string) =>
  as(token).post(`/api/v1/plugins/${plugin}/versions/${version}/yank`).send({ reason }).expect(204);

const quarantine = (plugin: string, version: string, reason: string) =>
  decide('put', `/api/v1/plugins/${plugin}/versions/${version}/quarantine`, { reason });

async function makeHost(name: string): Promise<{ id: string; key: string }> {
  const { body } = await as(token)
    .post('/api/v1/hosts')
    .send({ name, kind: 'galaxy', version: '24.1.0' })
    .expect(201);
  return body;
}

const manifestPath = '/api/v1/plugins/acme/zephyr-tool/versions/1.0.0/manifest';

describe('a manifest', () => {
  it('names exact artifacts of both sides, and answers 304 to its ETag', async () => {
    const { body, headers } = await request(store.server).get(
      '/api/v1/plugins/ACME/Zephyr_Tool/versions/latest/manifest',
    );
    expect(body).toMatchObject({
      schema_version: 1,
      plugin: 'acme/zephyr-tool',
      name: 'Zephyr.Tool',
      version: '1.0.0',
      trust: 'trusted',
      isolation: 'process',
      lock: null,
      icon: null,
      interfaces: {
        main: {
          backend: { package: 'zephyr-tool', component: 'Plugin', artifacts: [{ kind: 'wheel' }] },
          frontend: {
            package: '@acme/zephyr-tool',
            base_url: 'http://store.test/web/acme/zephyr-tool/1.0.0/@acme/zephyr-tool/',
          },
        },
        extra: { frontend: null, form: null },
      },
    });
    const wheel = body.interfaces.extra.backend.artifacts[0];
    expect(wheel).toEqual(body.interfaces.main.backend.artifacts[0]);
    expect(new URL(wheel.url).pathname).toBe(`/api/v1/artifacts/${wheel.sha256}/${wheel.filename}`);
    await request(store.server)
      .get(manifestPath)
      .set('if-none-match', headers['etag'] ?? '')
      .expect(304);
  });

  it('comes as YAML when that is asked for, under an ETag of its own', async () => {
    const json = await request(store.server).get(manifestPath);
    const yaml = await request(store.server).get(manifestPath).set('accept', 'application/yaml');
    expect(yaml.headers['content-type']).toContain('application/yaml');
    expect(yaml.headers['etag']).not.toBe(json.headers['etag']);
    expect(yaml.headers['vary']).toBe('accept');
    expect(yaml.text).toContain('plugin: acme/zephyr-tool');
  });

  it('is signed over the very bytes that are served', async () => {
    const json = await request(store.server).get(manifestPath);
    const jws = await request(store.server).get(`${manifestPath}.jws`).buffer(true).parse(textOf);
    const jwks = await request(store.server).get('/.well-known/jwks.json');
    const { payload, protectedHeader } = await compactVerify(jws.body, createLocalJWKSet(jwks.body));
    expect(Buffer.from(payload).toString()).toBe(json.text);
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', typ: 'mortise-manifest+jws' });
    expect(Number(protectedHeader['exp']) - Number(protectedHeader['iat'])).toBe(7 * 86_400);
    expect(JSON.stringify(jwks.body)).not.toContain('"d"');
  });

  it('is signed with keys of which each is vouched for by the one before', async () => {
    await decide('post', '/api/v1/manifest-keys', {});
    const { body } = await request(store.server).get('/api/v1/manifest-keys').expect(200);
    const [first, second] = body.items;
    expect(first.voucher).toBeNull();
    const byFirst = await importJWK({ ...first.jwk }, 'EdDSA');
    const { payload, protectedHeader } = await compactVerify(second.voucher, byFirst);
    expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'mortise-key+jws', kid: first.kid });
    const claims = JSON.parse(Buffer.from(payload).toString());
    expect(claims.jwk).toEqual({ kty: 'OKP', crv: 'Ed25519', x: second.jwk.x });
    expect(claims.nbf - claims.iat).toBe(86_400);
    expect(JSON.stringify(body)).not.toContain('"d"');
  });

  it('leaves out every front end where the release or the host does not trust it', async () => {
    const { body } = await request(store.server).get(`${manifestPath}?trust=untrusted`);
    expect(body).toMatchObject({ trust: 'untrusted', isolation: 'container' });
    expect(body.interfaces.main.frontend).toBeNull();
    expect(JSON.stringify(body)).not.toContain('/web/');
    await setTrust('untrusted');
    const { body: own } = await request(store.server).get(`${manifestPath}?trust=trusted`);
    expect(own).toEqual(body);
    await setTrust('trusted');
  });

  it('is refused where an untrusted interface would be left with nothing', async () => {
    await publishYaml(
      'name: bare\nversion: 1.0.0\nfront_end: {package: "@acme/zephyr-tool", version: 1.0.0}\n',
    );
    await request(store.server).get('/api/v1/plugins/acme/bare/versions/1.0.0/manifest').expect(200);
    const { body, status } = await request(store.server).get(
      '/api/v1/plugins/acme/bare/versions/1.0.0/manifest?trust=untrusted',
    );
    expect([status, body.code, body.interfaces]).toEqual([403, 'not-trusted', ['default']]);
  });

  it('tells a yank and refuses a quarantine with its reason', async () => {
    await publishLinked('1.1.0');
    await yank('acme/zephyr-tool', '1.1.0', 'Loses data.');
    const at = '/api/v1/plugins/acme/zephyr-tool/versions';
    const { body } = await request(store.server).get(`${at}/1.1.0/manifest`).expect(200);
    expect([body.state, body.state_reason]).toEqual(['yanked', 'Loses data.']);
    await quarantine('acme/zephyr-tool', '1.1.0', 'Steals keys.');
    const refused = await request(store.server).get(`${at}/1.1.0/manifest`);
    expect([refused.status, refused.body.code, refused.body.reason]).toEqual([
      403,
      'quarantined',
      'Steals keys.',
    ]);
    await request(store.server).get(`${at}/9.9.9/manifest`).expect(404);
    await request(store.server).get('/api/v1/plugins/acme/none/versions/latest/manifest').expect(404);
  });

  it('is there for nobody but members while the release is not approved', async () => {
    await publishYaml('name: fresh\nversion: 1.0.0\nbackend: {package: zephyr-tool, version: 1.0.0}\n');
    await decide('put', '/api/v1/plugins/acme/fresh/versions/1.0.0/review', {
      review: 'rejected',
      reason: 'Not yet.',
    });
    const at = '/api/v1/plugins/acme/fresh/versions/1.0.0/manifest';
    await request(store.server).get(at).expect(404);
    const { body } = await as(token).get(at).expect(200);
    expect(body.review).toBe('rejected');
    const stranger = await seedPublisher(store, 'stranger');
    await as(stranger.token).get(at).expect(404);
    await as(host.key).get(at).expect(404);
    const install = { plugin: 'acme/fresh', version: '1.0.0' };
    await as(host.key).post('/api/v1/installations').send(install).expect(404);
  });
});

describe('an installation', () => {
  it('gets a key of its own once, that introspects and dies with it', async () => {
    const mine = await makeHost('lifecycle');
    const made = await as(mine.key)
      .post('/api/v1/installations')
      .send({ plugin: 'acme/zephyr-tool', range: '^1.0' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      plugin: 'acme/zephyr-tool',
      version: '1.0.0',
      range: '^1.0',
      trust: 'trusted',
    });
    expect(made.body.key).toMatch(/^mrt_plugin_[0-9A-Za-z]{49}$/);
    const again = await as(mine.key)
      .post('/api/v1/installations')
      .send({ plugin: 'Acme/Zephyr_Tool', version: '1.0.0' });
    expect([again.status, again.body.id, again.body.key]).toEqual([200, made.body.id, undefined]);

    const { body } = await introspect(mine.key, made.body.key);
    expect(body).toEqual({
      active: true,
      token_type: 'plugin_key',
      scope: 'clusters:read p1-0-0',
      client_id: mine.id,
      sub: made.body.id,
      jti: expect.any(String),
      iat: expect.any(Number),
      iss: 'http://store.test',
      plugin: 'acme/zephyr-tool',
      version: '1.0.0',
    });
    expect((await introspect(host.key, made.body.key)).body).toEqual({ active: false });
    expect((await introspect(mine.key, mine.key)).body).toEqual({ active: false });
    expect((await introspect(mine.key, 'mrt_plugin_nonsense')).body).toEqual({ active: false });

    await as(host.key).delete(`/api/v1/installations/${made.body.id}`).expect(404);
    await as(mine.key).delete(`/api/v1/installations/${made.body.id}`).expect(204);
    expect((await introspect(mine.key, made.body.key)).body).toEqual({ active: false });
    await as(mine.key).delete(`/api/v1/installations/${made.body.id}`).expect(404);
  });

  it('is added once when it is asked for twenty times at once', async () => {
    const mine = await makeHost('race');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        as(mine.key).post('/api/v1/installations').send({ plugin: 'acme/zephyr-tool', version: '1.0.0' }),
      ),
    );
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(19);
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
  });

  it('that is removed while it moves is told to be gone', async () => {
    const mine = await makeHost('gone');
    const { body } = await as(mine.key)
      .post('/api/v1/installations')
      .send({ plugin: 'acme/zephyr-tool', version: '1.0.0' })
      .expect(201);
    const installations = store.app.get(InstallationStore);
    const found = await installations.find(mine.id, body.id);
    await as(mine.key).delete(`/api/v1/installations/${body.id}`).expect(204);
    const actor = { kind: 'host', id: mine.id, name: 'gone' } as const;
    const move = { from: found!, to: { ...found!, version: '9.0.0' }, scopes: [], actor };
    await expect(installations.move(move)).rejects.toMatchObject({ code: 'installation-not-found' });
  });

  it('asked for again with less trust has less from then on, and keeps it where nothing is said', async () => {
    const mine = await makeHost('wary');
    const wish = { plugin: 'acme/zephyr-tool', version: '1.0.0' };
    await as(mine.key).post('/api/v1/installations').send(wish).expect(201);
    const again = await as(mine.key)
      .post('/api/v1/installations')
      .send({ ...wish, trust: 'untrusted' })
      .expect(200);
    expect([again.body.trust, again.body.key]).toEqual(['untrusted', undefined]);
    const { body } = await as(mine.key).post('/api/v1/installations').send(wish).expect(200);
    expect(body.trust).toBe('untrusted');
  });

  it('rotates its key with an overlap, and moves with its keys to another release', async () => {
    await publishLinked('1.2.0');
    const mine = await makeHost('moves');
    const { body: made } = await as(mine.key)
      .post('/api/v1/installations')
      .send({ plugin: 'acme/zephyr-tool', version: '1.0.0' });
    const path = `/api/v1/installations/${made.id}`;
    const { body: updates } = await as(mine.key).get('/api/v1/hosts/me/updates').expect(200);
    expect(updates.items).toEqual([
      expect.objectContaining({
        installation: made.id,
        kind: 'newer-release',
        version: '1.0.0',
        to: '1.2.0',
      }),
    ]);
    const list = await as(mine.key).get('/api/v1/installations').expect(200);
    const etag = list.headers['etag'] ?? '';
    await as(mine.key).get('/api/v1/installations').set('if-none-match', etag).expect(304);
    await as(mine.key).patch(path).send({ version: '1.2.0' }).expect(200);
    await as(mine.key).get('/api/v1/installations').set('if-none-match', etag).expect(200);
    expect((await introspect(mine.key, made.key)).body).toMatchObject({
      active: true,
      version: '1.2.0',
      scope: 'clusters:read p1-2-0',
    });
    const overlapping = await as(mine.key)
      .post(`${path}/keys`)
      .send({ overlap_s: 60, name: 'second' })
      .expect(201);
    expect((await introspect(mine.key, made.key)).body.exp).toEqual(expect.any(Number));
    const last = await as(mine.key).post(`${path}/keys`).send({}).expect(201);
    expect((await introspect(mine.key, made.key)).body).toEqual({ active: false });
    expect((await introspect(mine.key, overlapping.body.key)).body).toEqual({ active: false });
    expect((await introspect(mine.key, last.body.key)).body).toMatchObject({
      active: true,
      scope: 'clusters:read p1-2-0',
    });
    const { body: keys } = await as(mine.key).get(`${path}/keys`).expect(200);
    expect(keys.items).toHaveLength(1);
    expect(JSON.stringify(keys)).not.toContain(last.body.key);
    await as(mine.key).delete(`${path}/keys/${last.body.id}`).expect(204);
    expect((await introspect(mine.key, last.body.key)).body).toEqual({ active: false });
  });

  it('has the id that the host chose, which is nobody else’s ever after', async () => {
    const mine = await makeHost('names it');
    const id = randomUUID();
    const wish = { plugin: 'acme/zephyr-tool', version: '1.0.0', id };
    const { body } = await as(mine.key).post('/api/v1/installations').send(wish).expect(201);
    expect(body.id).toBe(id);
    expect((await introspect(mine.key, body.key)).body.jti).toBe(body.key_id);
    const again = await as(mine.key).post('/api/v1/installations').send(wish).expect(200);
    expect([again.body.id, again.body.key]).toEqual([id, undefined]);
    await as(mine.key).delete(`/api/v1/installations/${id}`).expect(204);
    const taken = await as(mine.key).post('/api/v1/installations').send(wish);
    expect([taken.status, taken.body.code]).toEqual([409, 'id-taken']);
    await as(mine.key)
      .post('/api/v1/installations')
      .send({ ...wish, id: '../x' })
      .expect(400);
  });

  it('gives each machine a key of its own, and replaces one machine’s without touching the others’', async () => {
    const mine = await makeHost('two machines');
    const { body: made } = await as(mine.key)
      .post('/api/v1/installations')
      .send({ plugin: 'acme/zephyr-tool', version: '1.0.0' })
      .expect(201);
    const path = `/api/v1/installations/${made.id}/keys`;
    const second = { name: 'second machine', id: randomUUID(), replaces: null };
    const { body: other } = await as(mine.key).post(path).send(second).expect(201);
    expect(other.id).toBe(second.id);
    const isActive = async (key: string) => (await introspect(mine.key, key)).body.active;
    expect([await isActive(made.key), await isActive(other.key)]).toEqual([true, true]);
    const { body: next } = await as(mine.key).post(path).send({ replaces: other.id }).expect(201);
    expect([await isActive(made.key), await isActive(other.key), await isActive(next.key)]).toEqual([
      true,
      false,
      true,
    ]);
    const taken = await as(mine.key).post(path).send(second);
    expect([taken.status, taken.body.code]).toEqual([409, 'id-taken']);
  });

  it('can be moved to one version and follow a range or channel from then on', async () => {
    await publishLinked('1.2.5');
    const mine = await makeHost('follows');
    const { body: made } = await as(mine.key)
      .post('/api/v1/installations')
      .send({ plugin: 'acme/zephyr-tool', range: '~1.0.0' })
      .expect(201);
    const path = `/api/v1/installations/${made.id}`;
    const moved = await as(mine.key).patch(path).send({ version: '1.2.5', range: '^1.2' }).expect(200);
    expect(moved.body).toMatchObject({ version: '1.2.5', range: '^1.2', channel: null });
    const exact = await as(mine.key).patch(path).send({ version: '1.0.0' }).expect(200);
    expect(exact.body).toMatchObject({ version: '1.0.0', range: null, channel: null });
    await as(mine.key).patch(path).send({ version: '1.0.0', range: 'oops oops' }).expect(400);
    await as(mine.key).patch(path).send({ version: '1.0.0', range: '^1', channel: 'beta' }).expect(400);
  });

  it('of a yanked version needs a wish for it, unless the host has it', async () => {
    await publishLinked('1.3.0');
    const mine = await makeHost('yanks');
    const wish = { plugin: 'acme/zephyr-tool', version: '1.3.0' };
    await as(mine.key).post('/api/v1/installations').send(wish).expect(201);
    await yank('acme/zephyr-tool', '1.3.0', 'Broken.');
    await as(mine.key).post('/api/v1/installations').send(wish).expect(200);
    const refused = await as(host.key).post('/api/v1/installations').send(wish);
    expect([refused.status, refused.body.code, refused.body.reason]).toEqual([409, 'yanked', 'Broken.']);
    await as(host.key)
      .post('/api/v1/installations')
      .send({ ...wish, allow_yanked: true })
      .expect(201);
  });

  it('is of a release that suits the host, unless the host says that it wants another all the same', async () => {
    const fitted = (version: string, range: string) =>
      publishYaml(
        `name: fitted\nversion: ${version}\nbackend: {package: zephyr-tool, version: 1.0.0, component: Plugin}\nrequires: {Galaxy: '${range}'}\n`,
      );
    await fitted('1.0.0', '>=20 <25');
    await fitted('1.1.0', '>=20 <25');
    await fitted('2.0.0', '>=25');
    const plugin = 'acme/fitted';
    const mine = await makeHost('fitting');
    const install = (body: object) =>
      as(mine.key)
        .post('/api/v1/installations')
        .send({ plugin, ...body });
    const { body: made } = await install({ range: '1.0.0' }).expect(201);
    const { body: newest } = await install({}).expect(201);
    expect([made.version, newest.version]).toEqual(['1.0.0', '1.1.0']);
    for (const body of [{ version: '2.0.0' }, { range: '^2' }]) {
      const refused = await install(body);
      expect([refused.status, refused.body.code]).toEqual([409, 'host-unsuitable']);
      expect(refused.body.detail).toContain(
        'acme/fitted 2.0.0 requires Galaxy >=25, and this host is galaxy 24.1.0.',
      );
    }
    const heedless = await makeHost('heedless');
    const { body: latest } = await as(heedless.key)
      .post('/api/v1/installations')
      .send({ plugin, ignore_requires: true })
      .expect(201);
    expect(latest.version).toBe('2.0.0');
    const path = `/api/v1/installations/${made.id}`;
    const moved = await as(mine.key).patch(path).send({ version: '2.0.0' });
    expect([moved.status, moved.body.code]).toEqual([409, 'host-unsuitable']);
    await as(mine.key).patch(path).send({ version: '2.0.0', ignore_requires: true }).expect(200);
    // It has that one now, whatever it requires.
    expect((await install({ version: '2.0.0' }).expect(200)).body.id).toBe(made.id);
  });

  it('of a version that there is not is refused with those that there are', async () => {
    const mine = await makeHost('nine');
    const ask = async (body: object) =>
      (
        await as(mine.key)
          .post('/api/v1/installations')
          .send({ plugin: 'acme/fitted', ...body })
          .expect(404)
      ).body;
    for (const body of [{ range: '9' }, { version: '9.0.0' }, { channel: 'beta' }])
      expect((await ask(body)).detail).toMatch(/There are 2\.0\.0, 1\.1\.0, 1\.0\.0\.$/);
  });

  it('keeps both of two changes that are asked for at once', async () => {
    await publishLinked('1.4.0');
    const mine = await makeHost('twice');
    const { body } = await as(mine.key)
      .post('/api/v1/installations')
      .send({ plugin: 'acme/zephyr-tool', version: '1.0.0' });
    const path = `/api/v1/installations/${body.id}`;
    await Promise.all([
      as(mine.key).patch(path).send({ version: '1.4.0' }).expect(200),
      as(mine.key).patch(path).send({ trust: 'untrusted' }).expect(200),
    ]);
    const { body: after } = await as(mine.key).get(path).expect(200);
    expect([after.version, after.trust]).toEqual(['1.4.0', 'untrusted']);
  });

  it('takes one selector at most, and reports what became of it', async () => {
    const both = { plugin: 'acme/zephyr-tool', version: '1.0.0', range: '^1' };
    await as(host.key).post('/api/v1/installations').send(both).expect(400);
    await as(host.key)
      .post('/api/v1/installations')
      .send({ plugin: 'acme/zephyr-tool', range: 'x y z' })
      .expect(400);
    await as(host.key).post('/api/v1/installations').send({ plugin: 'nonsense' }).expect(400);
    const { body: made } = await as(host.key)
      .post('/api/v1/installations')
      .send({ plugin: 'acme/zephyr-tool', version: '1.0.0', trust: 'untrusted' })
      .expect(201);
    expect(made.manifest_url).toBe(`http://store.test${manifestPath}?trust=untrusted`);
    const report = { kind: 'failed', message: 'No answer.', version: '1.0.0', at: '2026-01-01T00:00:00Z' };
    // Who didn't hear the answer sends it again, and it is there once.
    for (let again = 0; again < 2; again++)
      await as(host.key).post(`/api/v1/installations/${made.id}/reports`).send(report).expect(201);
    const { body: own } = await as(host.key).get(`/api/v1/installations/${made.id}/reports`).expect(200);
    expect(own.items).toEqual([
      expect.objectContaining({ kind: 'failed', message: 'No answer.', interface: null }),
    ]);
    const { body: publishers } = await as(token).get('/api/v1/plugins/acme/zephyr-tool/reports').expect(200);
    expect(publishers.items).toHaveLength(1);
    const later = { ...report, at: '2026-01-01T00:00:01Z', interface: 'launch' };
    for (const other of [{ ...report, at: later.at }, later, later])
      await as(host.key).post(`/api/v1/installations/${made.id}/reports`).send(other).expect(201);
    const all = await as(host.key).get(`/api/v1/installations/${made.id}/reports`).expect(200);
    expect(all.body.items).toHaveLength(3);
    await request(store.server).get('/api/v1/plugins/acme/zephyr-tool/reports').expect(401);
  });
});

describe('a host', () => {
  it('is managed by its maker and its publisher, and by nobody else', async () => {
    const stranger = await seedPublisher(store, 'other');
    const { body: made } = await as(token)
      .post('/api/v1/hosts')
      .send({ name: 'shared', publisher: 'acme' })
      .expect(201);
    await as(stranger.token).post('/api/v1/hosts').send({ name: 'x', id: made.id }).expect(409);
    await as(stranger.token).get(`/api/v1/hosts/${made.id}`).expect(404);
    await as(stranger.token).delete(`/api/v1/hosts/${made.id}`).expect(404);
    await as(stranger.token).post('/api/v1/hosts').send({ name: 'x', publisher: 'acme' }).expect(403);
    expect((await as(stranger.token).get('/api/v1/hosts')).body.items).toEqual([]);
    await as(token).patch(`/api/v1/hosts/${made.id}`).send({ version: '25.0.0' }).expect(200);
    expect((await as(made.key).get('/api/v1/hosts/me')).body.version).toBe('25.0.0');
    await as(token).patch(`/api/v1/hosts/${made.id}`).send({ kind: 'galaxy', version: null }).expect(200);
    const changed = { name: 'shared', kind: 'galaxy', version: null };
    expect((await as(made.key).get('/api/v1/hosts/me')).body).toMatchObject(changed);
  });

  it('loses a revoked key on the next request, and all of them when it is removed', async () => {
    const { body: made } = await as(token).post('/api/v1/hosts').send({ name: 'doomed' }).expect(201);
    const { body: narrow } = await as(token)
      .post(`/api/v1/hosts/${made.id}/keys`)
      .send({ scopes: ['report'], name: 'reports only' })
      .expect(201);
    await as(narrow.key).get('/api/v1/installations').expect(403);
    await as(made.key).get('/api/v1/installations').expect(200);
    const { body: plugin } = await as(made.key)
      .post('/api/v1/installations')
      .send({ plugin: 'acme/zephyr-tool', version: '1.0.0' });
    const { body: keys } = await as(token).get(`/api/v1/hosts/${made.id}/keys`);
    const first = keys.items.find((key: { prefix: string }) => made.key.startsWith(key.prefix));
    await as(token).delete(`/api/v1/hosts/${made.id}/keys/${first.id}`).expect(204);
    await as(made.key).get('/api/v1/installations').expect(401);
    const { body: fresh } = await as(token).post(`/api/v1/hosts/${made.id}/keys`).send({}).expect(201);
    expect((await introspect(fresh.key, plugin.key)).body.active).toBe(true);
    await as(token).delete(`/api/v1/hosts/${made.id}`).expect(204);
    await introspect(fresh.key, plugin.key).expect(401);
  });

  it('revokes by RFC 7009 what is its own, and nothing else', async () => {
    const mine = await makeHost('revoker');
    const { body: plugin } = await as(mine.key)
      .post('/api/v1/installations')
      .send({ plugin: 'acme/zephyr-tool', version: '1.0.0' });
    await revoke(host.key, plugin.key).expect(200);
    expect((await introspect(mine.key, plugin.key)).body.active).toBe(true);
    await revoke(mine.key, plugin.key).expect(200);
    await revoke(mine.key, plugin.key).expect(200);
    expect((await introspect(mine.key, plugin.key)).body).toEqual({ active: false });
    await revoke(mine.key, 'garbage').expect(200);
    const missing = await as(mine.key).post('/oauth/introspect').type('form').send({});
    expect([missing.status, missing.body.error]).toEqual([400, 'invalid_request']);
    const anonymous = await request(store.server).post('/oauth/introspect').type('form').send({ token: 'x' });
    expect([anonymous.status, anonymous.body.error]).toEqual([401, 'invalid_client']);
  });
});

const introspect = (key: string, subject: string) =>
  as(key).post('/oauth/introspect').type('form').send({ token: subject });

const revoke = (key: string, subject: string) =>
  as(key).post('/oauth/revoke').type('form').send({ token: subject });

function textOf(response: request.Response, done: (error: Error | null, body: string) => void): void {
  let text = '';
  response.on('data', (chunk: Buffer) => (text += chunk.toString()));
  response.on('end', () => done(null, text));
}
