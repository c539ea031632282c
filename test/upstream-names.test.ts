import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { buildNpmTarball, buildWheel } from '#testing';
import { CatalogStore } from './catalog-store.js';
import { FakeUpstream } from './fake-upstream.js';
import { seedPublisher } from './seed-publisher.js';

let catalog: CatalogStore;
let administrator: string;
const upstream = new FakeUpstream();

const wheel = (name: string, version: string, marker = '') => ({
  version,
  filename: `${name.replaceAll('-', '_')}-${version}-py3-none-any.whl`,
  bytes: buildWheel({
    name,
    version,
    files: { [`${name.replaceAll('-', '_')}/marker.py`]: `x = "${marker}"\n` },
  }),
});

beforeAll(async () => {
  catalog = await CatalogStore.start();
  ({ token: administrator } = await seedPublisher(catalog.store, 'admins', {
    scopes: ['read', 'publish', 'manage', 'admin'],
    roles: ['administrator'],
  }));
  upstream.serve(catalog.store);
});

afterAll(() => catalog.store.close());

const backed = (name: string, version: string, backend: string) =>
  `name: ${name}\nversion: ${version}\nbackend: ${backend}\nbackend_component: Plugin\n`;

function publish(yaml: string, files: Record<string, Buffer> = {}, token = catalog.token) {
  const call = request(catalog.store.server)
    .post('/api/v1/publishers/acme/releases')
    .set('authorization', `Bearer ${token}`)
    .attach('descriptor', Buffer.from(yaml), 'plugin.yaml');
  for (const [name, bytes] of Object.entries(files)) call.attach('artifact', bytes, name);
  return call;
}

const grant = (path: string, body: object, token = administrator) =>
  catalog.send('put', `/api/v1/packages/${path}/owner`, body, token);

describe('a name that upstream has', () => {
  it('becomes a publisher’s by an administrator’s grant, and nothing of upstream is in it from then on', async () => {
    const pulled = wheel('granted-back', '1.0.0', 'upstream');
    upstream.offer('python', 'granted-back', pulled);
    upstream.offer('python', 'granted-back', wheel('granted-back', '9.0.0', 'upstream'));
    const pinned = await publish(backed('pins-pulled', '1.0.0', 'granted-back==1.0.0'));
    expect(pinned.status).toBe(201);
    const own = wheel('granted-back', '2.0.0', 'ours');
    const refused = await publish(backed('ours', '1.0.0', 'granted-back'), { [own.filename]: own.bytes });
    expect([refused.status, refused.body.code]).toEqual([403, 'name-taken-upstream']);

    expect((await catalog.get('/api/v1/packages/python/Granted_Back')).body).toEqual({
      side: 'python',
      name: 'granted-back',
      publisher: null,
    });
    expect((await grant('python/granted-back', { publisher: 'acme' }, catalog.token)).status).toBe(403);
    const unknown = await grant('python/granted-back', { publisher: 'nobody' });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'publisher-not-found']);
    expect((await grant('python/Granted.Back', { publisher: 'Acme', reason: 'They wrote it.' })).status).toBe(
      204,
    );
    expect((await catalog.get('/api/v1/packages/python/granted-back', catalog.token)).body.publisher).toBe(
      'acme',
    );

    // What was pinned stays; it is chosen no more, and upstream is not asked.
    const manifest = await catalog.get(`/api/v1/plugins/acme/pins-pulled/versions/1.0.0/manifest`);
    const [artifact] = manifest.body.interfaces.default.backend.artifacts;
    expect((await catalog.get(new URL(artifact.url).pathname)).status).toBe(200);
    const { pulls } = upstream;
    const missing = await publish(backed('ours', '1.0.0', 'granted-back'));
    expect([missing.status, missing.body.code]).toEqual([422, 'package-not-found']);
    const first = await publish(backed('ours', '1.0.0', 'granted-back'), { [own.filename]: own.bytes });
    expect([first.status, first.body.interfaces?.default.backend.version]).toEqual([201, '2.0.0']);
    const next = await publish(backed('ours', '1.0.1', 'granted-back'));
    expect(next.body.interfaces?.default.backend.version).toBe('2.0.0');
    expect(upstream.pulls).toBe(pulls);
    const page = await catalog
      .get('/pypi/simple/granted-back/')
      .set('accept', 'application/vnd.pypi.simple.v1+json');
    expect(page.body.files.map(({ filename }: { filename: string }) => filename)).toEqual([own.filename]);

    // Nor can other bytes take the place of those that were pulled.
    const other = wheel('granted-back', '1.0.0', 'ours');
    const taken = await publish(backed('ours', '1.0.2', 'granted-back'), { [other.filename]: other.bytes });
    expect([taken.status, taken.body.code]).toEqual([409, 'file-taken']);
    const same = await publish(backed('ours', '1.0.3', 'granted-back'), { [pulled.filename]: pulled.bytes });
    expect(same.status).toBe(201);
    const audit = await catalog.get('/api/v1/audit?action=grant-package-name', administrator);
    expect(audit.body.items[0]).toMatchObject({
      target: 'package:python:granted-back',
      reason: 'They wrote it.',
    });
  });

  it('can be granted before anybody knows it here, and moved on to another publisher', async () => {
    await seedPublisher(catalog.store, 'beta');
    expect((await grant(`npm/${encodeURIComponent('@moved/panel')}`, { publisher: 'acme' })).status).toBe(
      204,
    );
    expect((await grant(`npm/${encodeURIComponent('@moved/panel')}`, { publisher: 'beta' })).status).toBe(
      204,
    );
    const bytes = buildNpmTarball({
      manifest: { name: '@moved/panel', version: '1.0.0', main: 'index.js' },
      files: { 'index.js': 'export const Panel = 1;\n' },
    });
    const answer = await publish(
      'name: moved\nversion: 1.0.0\nfront_end: "@moved/panel"\nfrontend_component: P\n',
      {
        'moved-panel-1.0.0.tgz': bytes,
      },
    );
    expect([answer.status, answer.body.code]).toEqual([403, 'package-owned']);
    expect((await grant('npm/..%2Fx', { publisher: 'acme' })).status).toBe(400);
  });
});

describe('quarantining a package version of upstream', () => {
  const quarantine = (path: string) =>
    catalog.send(
      'put',
      `/api/v1/packages/${path}/quarantine`,
      { reason: 'It mines coins.' },
      catalog.moderator,
    );

  it('stops one that was pulled, however it is spelt, and the releases that pin it', async () => {
    upstream.offer('python', 'bad-back', wheel('bad-back', '1.0.0'));
    await publish(backed('pins-bad', '1.0.0', 'bad-back')).expect(201);
    const answer = await quarantine('python/Bad_Back/versions/1.0');
    expect(answer.body).toMatchObject({ releases: [{ plugin: 'acme/pins-bad', version: '1.0.0' }] });
    const manifest = await catalog.get('/api/v1/plugins/acme/pins-bad/versions/1.0.0/manifest');
    expect([manifest.status, manifest.body.code]).toEqual([403, 'quarantined']);
  });

  it('stops one that nobody has pulled yet, and lets it be pulled once that is taken back', async () => {
    upstream.offer('python', 'worse-back', wheel('worse-back', '1.0.0'));
    expect((await quarantine('python/worse-back/versions/1.0')).status).toBe(200);
    const named = await publish(backed('pins-worse', '1.0.0', 'worse-back==1.0.0'));
    expect([named.status, named.body.code]).toEqual([403, 'package-quarantined']);
    const lifted = await catalog.send(
      'delete',
      '/api/v1/packages/python/worse-back/versions/1.0.0/quarantine',
      undefined,
      catalog.moderator,
    );
    expect(lifted.status).toBe(204);
    expect((await publish(backed('pins-worse', '1.0.0', 'worse-back==1.0.0'))).status).toBe(201);
    const unknown = await quarantine('python/worse-back/versions/7.0');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'package-version-not-found']);
  });
});
