import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { PullThrough } from '#packages';
import { buildNpmTarball } from '#testing';
import { CatalogStore } from './catalog-store.js';
import { testAdmin } from './start-store.js';
import { npmPublishDocument } from './npm-publish-document.js';

let catalog: CatalogStore;
const asked: string[] = [];

beforeAll(async () => {
  catalog = await CatalogStore.start({ MORTISE_REVIEW: 'required' });
  const upstream = catalog.store.app.get(PullThrough);
  const note = (_side: string, name: string) => {
    asked.push(name);
    return Promise.resolve(undefined);
  };
  const key = { expires: null, keyid: 'SHA256:theirs', keytype: 'k', scheme: 'k', key: 'theirs' };
  Object.assign(upstream, { document: note, file: note, npmKeys: () => Promise.resolve([key]) });
});

afterAll(() => catalog.store.close());

const get = (path: string) => request(catalog.store.server).get(path);

async function publish(name: string, version: string): Promise<void> {
  const tarball = buildNpmTarball({ manifest: { name, version } });
  const answer = await request(catalog.store.server)
    .put(`/npm/${encodeURIComponent(name)}`)
    .set('authorization', `Bearer ${catalog.token}`)
    .type('json')
    .send(JSON.stringify(npmPublishDocument(tarball, { name, version })));
  expect(answer.status).toBe(201);
}

const doorsOf = (name: string, version: string) => [
  `/npm/${name}`,
  `/npm/${name}/${version}`,
  `/npm/${name}/latest`,
  `/npm/-/package/${name}/dist-tags`,
  `/npm/${name}/-/${name}-${version}.tgz`,
];

describe('a name that the store owns', () => {
  it('is looked for nowhere else, at any door, in any form, for any version', async () => {
    await publish('ours', '1.0.0');
    for (const door of [...doorsOf('ours', '1.0.0'), ...doorsOf('ours', '6.6.6')]) {
      await get(door);
      await get(door).set('accept', 'application/vnd.npm.install-v1+json');
    }
    await get('/npm/ours/-/anything-else.tgz');
    await get('/npm/ours?write=true');
    expect(asked).toEqual([]);
    await get('/npm/theirs');
    await get('/npm/theirs/-/theirs-1.0.0.tgz');
    expect(asked).toEqual(['theirs', 'theirs']);
  });
});

describe('a package of a release that waits for review', () => {
  it('is at no door before it is approved, is looked for nowhere else, and is at all of them afterwards', async () => {
    const yaml = 'name: waiting\nversion: 1.0.0\nfront_end: waiting@1.0.0\nfrontend_component: Panel\n';
    const manifest = { name: 'waiting', version: '1.0.0', module: 'index.js' };
    const tarball = buildNpmTarball({ manifest, files: { 'index.js': 'export const Panel = 1;' } });
    const published = await request(catalog.store.server)
      .post('/api/v1/publishers/acme/releases')
      .set('authorization', `Bearer ${catalog.token}`)
      .attach('descriptor', Buffer.from(yaml), 'plugin.yaml')
      // Named like the tarball of another version, as anybody may name a file.
      .attach('artifact', tarball, 'waiting-2.0.0.tgz');
    expect(published.status).toBe(201);
    asked.length = 0;
    for (const door of doorsOf('waiting', '1.0.0')) expect((await get(door)).status).toBe(404);
    expect(asked).toEqual([]);
    const version = '/api/v1/plugins/acme/waiting/versions/1.0.0';
    await catalog.send(
      'put',
      `${version}/review`,
      { review: 'approved', reason: 'Read.' },
      catalog.moderator,
    );
    for (const door of doorsOf('waiting', '1.0.0'))
      expect([door, (await get(door)).status]).toEqual([door, 200]);
    expect((await get('/npm/waiting/-/waiting-2.0.0.tgz')).status).toBe(404);
  });
});

describe('the keys', () => {
  let admin: string;

  beforeAll(async () => {
    const session = await request(catalog.store.server).post('/api/v1/sessions').send(testAdmin);
    admin = session.body.access_token as string;
  });

  it('are the store’s own and upstream’s, and an administrator announces the next', async () => {
    const keyids = async () =>
      ((await get('/npm/-/npm/v1/keys')).body.keys as { keyid: string }[]).map(({ keyid }) => keyid);
    const [own, ...others] = await keyids();
    expect(others).toEqual(['SHA256:theirs']);
    expect((await catalog.send('post', '/api/v1/npm-keys', {}, catalog.token)).status).toBe(403);
    const announced = await catalog.send('post', '/api/v1/npm-keys', {}, admin);
    expect(announced.status).toBe(201);
    expect(Date.parse(announced.body.active_at)).toBeGreaterThan(Date.parse(announced.body.announced_at));
    expect(await keyids()).toEqual([own, announced.body.keyid, 'SHA256:theirs']);
    const again = await catalog.send('post', '/api/v1/npm-keys', {}, admin);
    expect(again.body).toEqual(announced.body);
  });
});
