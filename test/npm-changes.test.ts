import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { Database, SqlAuditLog } from '#database';
import { npmRevision, PackageIndex } from '#packages';
import { buildNpmTarball } from '#testing';
import { npmPublishDocument } from './npm-publish-document.js';
import { seedPublisher } from './seed-publisher.js';
import { startStore } from './start-store.js';
import type { RunningStore } from './start-store.js';

let store: RunningStore;
let token: string;

beforeAll(async () => {
  store = await startStore();
  ({ token } = await seedPublisher(store));
});
afterAll(() => store.close());

type Method = 'put' | 'post' | 'delete';

const call = (method: Method, path: string, body?: unknown, credential = token) => {
  const made = request(store.server)[method](`/npm/${path}`).set('authorization', `Bearer ${credential}`);
  return body === undefined ? made : made.type('json').send(JSON.stringify(body));
};

async function publish(name: string, ...versions: string[]): Promise<void> {
  for (const version of versions) {
    const tarball = buildNpmTarball({ manifest: { name, version } });
    await call('put', name.replace('/', '%2f'), npmPublishDocument(tarball, { name, version })).expect(201);
  }
}

const found = async (name: string) => (await store.app.get(PackageIndex).find('npm', name))!;
const deprecationsOf = async (name: string) =>
  Object.fromEntries((await found(name)).versions.map(({ version, deprecated }) => [version, deprecated]));
const actsOn = async (target: string): Promise<string[]> => {
  const log = new SqlAuditLog(store.app.get(Database));
  const { items } = await log.list({ target }, { limit: 100, cursor: null });
  return items.map(({ action }) => action).reverse();
};

const refusal = (answer: request.Response) => [answer.status, answer.body.code];

describe('npm deprecate', () => {
  it('says it of the versions that are named, and of nothing else in the document', async () => {
    await publish('old', '1.0.0', '2.0.0');
    const versions = {
      '1.0.0': { deprecated: 'use 2.0.0', dependencies: { evil: '*' } },
      '2.0.0': {},
      '9.9.9': { deprecated: 'never was' },
    };
    await call('put', 'old', {
      _id: 'old',
      name: 'other',
      'dist-tags': { latest: '1.0.0' },
      versions,
    }).expect(200);
    expect(await deprecationsOf('old')).toEqual({ '1.0.0': 'use 2.0.0', '2.0.0': null });
    expect((await found('old')).tags).toEqual({ latest: '2.0.0' });
    expect((await found('old')).versions[0]?.files[0]?.artifact).not.toHaveProperty('manifest.dependencies');
    await call('put', 'old', { versions: { '1.0.0': { deprecated: '' } } }).expect(200);
    expect(await deprecationsOf('old')).toEqual({ '1.0.0': null, '2.0.0': null });
    expect(await actsOn('package:npm:old')).toEqual(['deprecate-package', 'undeprecate-package']);
  });

  it('asks for the scope to manage, and of tokens with it for no other', async () => {
    const { token: manages } = await seedPublisher(store, 'keeper', { scopes: ['publish', 'manage'] });
    const tarball = buildNpmTarball({ manifest: { name: 'kept', version: '1.0.0' } });
    const document = npmPublishDocument(tarball, { name: 'kept', version: '1.0.0' });
    await call('put', 'kept', document, manages).expect(201);
    const { token: publishes } = await seedPublisher(store, 'pusher', { scopes: ['publish'] });
    const body = { versions: { '1.0.0': { deprecated: 'no' } } };
    expect(refusal(await call('put', 'kept', body, publishes))).toEqual([403, 'scope-needed']);
    const { token: only } = await seedPublisher(store, 'manager', { scopes: ['manage'] });
    expect(refusal(await call('put', 'kept', body, only))).toEqual([403, 'not-a-maintainer']);
  });

  it('refuses what it can not do with a sentence that npm prints', async () => {
    await publish('strict', '1.0.0');
    const long = { versions: { '1.0.0': { deprecated: 'x'.repeat(2000) } } };
    expect(refusal(await call('put', 'strict', long))).toEqual([400, 'deprecation-too-long']);
    const unknown = await call('put', 'nothing-here', { versions: {} });
    expect(refusal(unknown)).toEqual([404, 'package-not-found']);
    expect(unknown.body.error).toContain("said of upstream's packages is said there");
    const star = await call('put', 'strict', { users: { ada: true } });
    expect(refusal(star)).toEqual([400, 'npm-change-not-taken']);
    expect(star.body.error).toBe(star.body.detail);
  });
});

describe('npm unpublish', () => {
  it('is refused, and says what to do instead', async () => {
    await publish('@acme/stays', '1.0.0', '1.1.0');
    const path = '@acme%2fstays';
    const without = { versions: { '1.1.0': {} } };
    const answers = [
      await call('delete', `${path}/-rev/1-a`),
      await call('put', `${path}/-rev/1-a`, without),
      await call('delete', `${path}/-/stays-1.0.0.tgz/-rev/1-a`),
    ];
    for (const answer of answers) {
      expect(refusal(answer)).toEqual([403, 'unpublish-refused']);
      expect(answer.body.error).toContain('npm deprecate');
    }
    expect((await found('@acme/stays')).versions).toHaveLength(2);
  });
});

describe('npm dist-tag', () => {
  it('points tags to versions that are there, and takes them away', async () => {
    await publish('tagged', '1.0.0', '2.0.0');
    await call('put', '-/package/tagged/dist-tags/stable', '1.0.0').expect(201);
    await call('post', '-/package/tagged/dist-tags/latest', '1.0.0').expect(201);
    expect((await found('tagged')).tags).toEqual({ latest: '1.0.0', stable: '1.0.0' });
    await call('delete', '-/package/tagged/dist-tags/stable').expect(200);
    expect((await found('tagged')).tags).toEqual({ latest: '1.0.0' });
    const acts = ['point-dist-tag', 'point-dist-tag', 'remove-dist-tag'];
    expect(await actsOn('package:npm:tagged')).toEqual(acts);
  });

  it('refuses tags that are versions, versions that are not there, and to be without latest', async () => {
    await publish('untagged', '1.0.0');
    const tags = '-/package/untagged/dist-tags';
    expect(refusal(await call('put', `${tags}/1.x`, '1.0.0'))).toEqual([400, 'invalid-dist-tag']);
    expect(refusal(await call('put', `${tags}/next`, '3.0.0'))).toEqual([404, 'package-version-not-found']);
    expect(refusal(await call('put', `${tags}/next`, { version: '1.0.0' }))).toEqual([400, 'invalid-body']);
    expect(refusal(await call('delete', `${tags}/latest`))).toEqual([403, 'latest-is-needed']);
    expect(refusal(await call('delete', `${tags}/none`))).toEqual([404, 'dist-tag-not-found']);
  });
});

describe('npm owner', () => {
  const revisionOf = async (name: string) => npmRevision(await found(name));
  const people = (...names: string[]) => names.map((name) => ({ name, email: '' }));
  const change = async (name: string, names: string[], credential = token) => {
    const maintainers = people(...names);
    return call('put', `${name}/-rev/${await revisionOf(name)}`, { maintainers }, credential);
  };

  it('lets somebody upload who is no member of the publisher, until they are taken out again', async () => {
    await publish('shared', '1.0.0');
    const { token: guest, username } = await seedPublisher(store, 'guest');
    const tarball = buildNpmTarball({ manifest: { name: 'shared', version: '2.0.0' } });
    const document = npmPublishDocument(tarball, { name: 'shared', version: '2.0.0' });
    expect(refusal(await call('put', 'shared', document, guest))).toEqual([403, 'not-a-maintainer']);
    expect((await change('shared', ['acme-owner', username])).status).toBe(200);
    expect((await found('shared')).maintainers).toEqual(['acme-owner', username]);
    await call('put', 'shared', document, guest).expect(201);
    const others = await change('shared', ['acme-owner', username, 'admin'], guest);
    expect(refusal(others)).toEqual([403, 'maintainers-are-for-members']);
    expect((await change('shared', ['acme-owner'], guest)).status).toBe(200);
    expect((await found('shared')).maintainers).toEqual(['acme-owner']);
    expect(await actsOn('package:npm:shared')).toEqual([
      'change-package-maintainers',
      'change-package-maintainers',
    ]);
  });

  it('leaves members to their publisher, and refuses whom nobody knows and what is outdated', async () => {
    await publish('owned', '1.0.0');
    expect(refusal(await change('owned', ['admin']))).toEqual([403, 'member-is-maintainer']);
    expect(refusal(await change('owned', []))).toEqual([400, 'no-maintainer-left']);
    expect(refusal(await change('owned', ['acme-owner', 'nobody']))).toEqual([404, 'maintainer-not-found']);
    const maintainers = people('acme-owner', 'admin');
    expect(refusal(await call('put', 'owned/-rev/1-old', { maintainers }))).toEqual([409, 'package-changed']);
  });
});

describe('npm access', () => {
  const get = (path: string) => request(store.server).get(`/npm/-/${path}`);

  it('tells who may read and write, and lists packages of publishers and people', async () => {
    await publish('@access/one', '1.0.0');
    const path = 'package/@access%2fone';
    expect((await get(`${path}/visibility`)).body).toEqual({ public: true });
    expect((await get(`${path}/collaborators`)).body).toEqual({ 'acme-owner': 'write' });
    expect((await get('org/acme/package')).body).toMatchObject({ '@access/one': 'write' });
    expect((await get('user/acme-owner/package')).body).toMatchObject({ '@access/one': 'write' });
    expect((await get('user/admin/package')).status).toBe(404);
    await call('post', `-/${path}/access`, { access: 'public' }).expect(200);
    const restricted = await call('post', `-/${path}/access`, { access: 'restricted' });
    expect(refusal(restricted)).toEqual([400, 'restricted-not-offered']);
    const factor = await call('post', `-/${path}/access`, { publish_requires_tfa: true });
    expect(refusal(factor)).toEqual([400, 'npm-change-not-taken']);
  });
});
