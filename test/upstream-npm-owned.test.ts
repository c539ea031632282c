import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { PackageOwners } from '#packages';
import { buildNpmTarball } from '#testing';
import { FakeRegistries } from './fake-registries.js';
import { npmPublishDocument } from './npm-publish-document.js';
import { seedPublisher } from './seed-publisher.js';
import { startStore } from './start-store.js';
import type { RunningStore } from './start-store.js';

const short = 'application/vnd.npm.install-v1+json';
let upstream: FakeRegistries;
let store: RunningStore;
let token: string;

beforeAll(async () => {
  upstream = await FakeRegistries.start();
  store = await startStore(upstream.environment);
  ({ token } = await seedPublisher(store));
});
afterAll(async () => {
  await store.close();
  await upstream.close();
});
beforeEach(() => upstream.forget());

const get = (path: string, accept = '*/*') =>
  request(store.server).get(`/npm/${path}`).set('accept', accept).buffer(true);

const publish = (name: string, version: string) => {
  const tarball = buildNpmTarball({ manifest: { name, version } });
  return request(store.server)
    .put(`/npm/${encodeURIComponent(name)}`)
    .set('authorization', `Bearer ${token}`)
    .send(npmPublishDocument(tarball, { name, version }));
};

const grant = (name: string) =>
  store.app.get(PackageOwners, { strict: false }).give('npm', name, 'acme', {
    action: 'grant-package-name',
    target: `package:npm:${name}`,
    reason: null,
    details: {},
    at: 1,
    actor: { kind: 'system', id: null, name: 'test' },
  });

/** Holds the answer to a path back until it is let go. */
function hold(path: string): { readonly isAsked: Promise<void>; letGo(): void } {
  const answer = upstream.answers.get(path);
  let letGo = (): void => undefined;
  const isAsked = new Promise<void>((resolve) => {
    upstream.answers.set(path, (_request, response) => {
      letGo = () => {
        if (answer !== undefined && typeof answer !== 'function') response.end(answer.body);
      };
      resolve();
    });
  });
  return { isAsked, letGo: () => letGo() };
}

describe.each(['zephyr-panel', '@acme/panel'])('%s, which the store owns and upstream has too', (name) => {
  const file = (version: string) => `${name}/-/${name.split('/').at(-1)}-${version}.tgz`;

  beforeAll(async () => {
    upstream.forget();
    expect((await publish(name, '1.0.0')).status).toBe(201);
  });
  beforeEach(() => void upstream.npm(name, ['1.0.0', '1.0.1', '99.0.0']));

  it.each([
    ['whole', '*/*'],
    ['in short', short],
  ])('has the store’s versions and tags alone, %s', async (_form, accept) => {
    for (const written of [name, encodeURIComponent(name)]) {
      const { body } = await get(written, accept).expect(200);
      expect(Object.keys(body.versions as object)).toEqual(['1.0.0']);
      expect(body['dist-tags']).toEqual({ latest: '1.0.0' });
    }
    expect(upstream.asked).toEqual([]);
  });

  it('is not had from upstream by version, tag, range or tarball', async () => {
    const version = await get(`${encodeURIComponent(name)}/latest`).expect(200);
    expect(version.body.version).toBe('1.0.0');
    for (const wanted of ['99.0.0', '1.0.1', 'next', '%5E99', '%3E1'])
      await get(`${encodeURIComponent(name)}/${wanted}`).expect(404);
    await get(file('99.0.0')).expect(404);
    await request(store.server)
      .head(`/npm/${file('1.0.1')}`)
      .expect(404);
    const own = await get(file('1.0.0')).expect(200);
    expect(own.headers['etag']).toBeDefined();
    expect(upstream.asked).toEqual([]);
  });
});

describe('a name that gets its owner while upstream is asked for', () => {
  it('its document is nobody’s, and kept by nobody', async () => {
    upstream.npm('late-page', ['99.0.0']);
    const held = hold('/npm/late-page');
    const asking = get('late-page', short).then(({ status }) => status);
    await held.isAsked;
    await grant('late-page');
    held.letGo();
    expect(await asking).toBe(404);
    await publish('late-page', '1.0.0').expect(201);
    const { body } = await get('late-page', short).expect(200);
    expect(Object.keys(body.versions as object)).toEqual(['1.0.0']);
  });

  it('its tarball is refused, and what was shown before is shown no more', async () => {
    upstream.npm('late-file', ['1.0.0', '99.0.0']);
    await get('late-file', short).expect(200);
    await get('late-file/-/late-file-1.0.0.tgz').expect(200);
    const held = hold('/npm/late-file/-/late-file-99.0.0.tgz');
    const asking = get('late-file/-/late-file-99.0.0.tgz').then(({ status }) => status);
    await held.isAsked;
    await grant('late-file');
    held.letGo();
    expect(await asking).toBe(404);
    for (const path of ['late-file', 'late-file/latest', 'late-file/99.0.0']) await get(path).expect(404);
    for (const version of ['1.0.0', '99.0.0']) await get(`late-file/-/late-file-${version}.tgz`).expect(404);
  });

  it('its versions that were pulled before keep their bytes, which its owner may publish, and no others', async () => {
    const [pulled] = upstream.npm('granted', ['1.0.0']);
    await get('granted/-/granted-1.0.0.tgz').expect(200);
    await grant('granted');
    const changed = buildNpmTarball({ manifest: { name: 'granted', version: '1.0.0', private: false } });
    const send = (tarball: Buffer) =>
      request(store.server)
        .put('/npm/granted')
        .set('authorization', `Bearer ${token}`)
        .send(npmPublishDocument(tarball, { name: 'granted', version: '1.0.0' }));
    const refused = await send(changed);
    expect([refused.status, refused.body.code]).toEqual([409, 'file-taken']);
    expect(refused.text).toContain('pulled from upstream');
    await send(pulled!).expect(201);
    await get('granted/-/granted-1.0.0.tgz').expect(200);
    await publish('granted', '1.0.1').expect(201);
  });
});
