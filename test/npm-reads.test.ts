import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import request from 'supertest';
import { Database } from '#database';
import { buildNpmTarball } from '#testing';
import { npmPublishDocument } from './npm-publish-document.js';
import { seedPublisher } from './seed-publisher.js';
import { startStore } from './start-store.js';
import type { RunningStore } from './start-store.js';

const short = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*';
const name = '@acme/scoped';
const tarballs = new Map<string, Buffer>();
let store: RunningStore;
let token: string;
let moderator: string;

beforeAll(async () => {
  store = await startStore();
  ({ token } = await seedPublisher(store));
  const other = {
    scopes: ['read', 'moderate'] as ['read', 'moderate'],
    roles: ['moderator'] as ['moderator'],
  };
  ({ token: moderator } = await seedPublisher(store, 'watch', other));
  for (const version of ['0.9.0', '1.0.0', '1.1.0']) await publish(name, version);
});

afterAll(() => store.close());

const get = (path: string) => request(store.server).get(path);

async function publish(published: string, version: string, more: object = {}): Promise<void> {
  const manifest = { name: published, version, description: 'A scoped thing', keywords: ['kube'], ...more };
  const tarball = buildNpmTarball({ manifest, files: { 'index.js': `// ${version}` } });
  tarballs.set(`${published}@${version}`, tarball);
  const answer = await request(store.server)
    .put(`/npm/${encodeURIComponent(published)}`)
    .set('authorization', `Bearer ${token}`)
    .type('json')
    .send(JSON.stringify(npmPublishDocument(tarball, { name: published, version })));
  expect(answer.status).toBe(201);
}

async function quarantine(published: string, version: string, reason: string): Promise<void> {
  const answer = await request(store.server)
    .put(`/api/v1/packages/npm/${encodeURIComponent(published)}/versions/${version}/quarantine`)
    .set('authorization', `Bearer ${moderator}`)
    .send({ reason });
  expect(answer.status).toBe(200);
}

const bytesOf = async (path: string, headers: Record<string, string> = {}) =>
  get(path)
    .set(headers)
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(null, Buffer.concat(chunks)));
    });

describe('a packument', () => {
  it('is whole or abbreviated by what is accepted, each with its own ETag', async () => {
    const whole = await get(`/npm/${name}`);
    const abbreviated = await get(`/npm/${name}`).set('accept', short);
    expect(whole.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      vary: 'accept',
      'cache-control': 'no-cache',
    });
    expect(abbreviated.headers['content-type']).toBe('application/vnd.npm.install-v1+json; charset=utf-8');
    expect(whole.headers['etag']).not.toBe(abbreviated.headers['etag']);
    expect(Object.keys(whole.body.versions)).toEqual(['0.9.0', '1.0.0', '1.1.0']);
    expect(whole.body['dist-tags']).toEqual({ latest: '1.1.0' });
    expect(whole.body.maintainers).toEqual([{ name: 'acme-owner', email: '' }]);
    expect(Object.keys(whole.body.time)).toEqual(['created', 'modified', '0.9.0', '1.0.0', '1.1.0']);
    const shortened = JSON.parse(abbreviated.text || (abbreviated.body as Buffer).toString());
    expect(Object.keys(shortened).sort()).toEqual(['dist-tags', 'modified', 'name', 'versions']);
    expect(shortened.versions['1.0.0'].description).toBeUndefined();
  });

  it('is 304 for who has that form of it', async () => {
    const { headers } = await get(`/npm/${name}`);
    const again = await get(`/npm/${name}`).set('if-none-match', headers['etag'] as string);
    expect(again.status).toBe(304);
    const other = await get(`/npm/${name}`)
      .set('accept', short)
      .set('if-none-match', headers['etag'] as string);
    expect(other.status).toBe(200);
  });

  it('has one address, however the scope is written', async () => {
    const { text } = await get(`/npm/@acme%2fscoped`);
    for (const spelling of ['@acme%2Fscoped', '@acme/scoped', '%40acme/scoped', '%40acme%2fscoped'])
      expect((await get(`/npm/${spelling}`)).text).toBe(text);
  });

  it('says of the tarball what its bytes come to', async () => {
    const { body } = await get(`/npm/${name}/1.0.0`);
    const tarball = tarballs.get(`${name}@1.0.0`) ?? Buffer.alloc(0);
    expect(body.dist).toMatchObject({
      shasum: createHash('sha1').update(tarball).digest('hex'),
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
      tarball: expect.stringMatching(/\/npm\/@acme\/scoped\/-\/scoped-1\.0\.0\.tgz$/),
      fileCount: 2,
      signatures: [{ keyid: expect.stringMatching(/^SHA256:/), sig: expect.any(String) }],
    });
  });

  it('shows at once what is published, and who joins the publisher', async () => {
    await publish('@acme/fresh', '1.0.0');
    await get('/npm/@acme/fresh');
    await publish('@acme/fresh', '1.0.1');
    expect((await get('/npm/@acme/fresh')).body['dist-tags'].latest).toBe('1.0.1');
    await request(store.server)
      .put('/api/v1/publishers/acme/members/watch-owner')
      .set('authorization', `Bearer ${token}`)
      .send({ role: 'maintainer' })
      .expect(204);
    const { maintainers } = (await get('/npm/@acme/fresh')).body;
    expect(maintainers.map((one: { name: string }) => one.name)).toEqual(['acme-owner', 'watch-owner']);
  });

  it('is asked of the database once', async () => {
    await get(`/npm/${name}`);
    await bytesOf(`/npm/${name}/-/scoped-1.0.0.tgz`);
    const { read, write } = Database.prototype;
    const refuse = () => Promise.reject(new Error('asked again'));
    Object.assign(Database.prototype, { read: refuse, write: refuse });
    try {
      expect((await get(`/npm/${name}`)).status).toBe(200);
      expect((await bytesOf(`/npm/${name}/-/scoped-1.0.0.tgz`)).status).toBe(200);
    } finally {
      Object.assign(Database.prototype, { read, write });
    }
  });
});

describe('a version', () => {
  it.each(['1.0.0', 'latest'])('is found by %s', async (wanted) => {
    const { body } = await get(`/npm/${name}/${wanted}`);
    expect(body.version).toBe(wanted === 'latest' ? '1.1.0' : wanted);
  });

  it('that is not there is 404, in npm’s words too', async () => {
    const answer = await get(`/npm/${name}/7.0.0`);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: 'package-version-not-found', error: answer.body.detail });
  });
});

describe('a tarball', () => {
  const path = `/npm/${name}/-/scoped-1.0.0.tgz`;

  it('is the bytes that were published, for good', async () => {
    const answer = await bytesOf(path);
    expect(Buffer.compare(answer.body as Buffer, tarballs.get(`${name}@1.0.0`) ?? Buffer.alloc(0))).toBe(0);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
    });
  });

  it('comes in part, as headers alone, and not at all to who has it', async () => {
    const part = await bytesOf(path, { range: 'bytes=2-5' });
    expect(part.status).toBe(206);
    expect(part.body).toEqual(tarballs.get(`${name}@1.0.0`)?.subarray(2, 6));
    const head = await request(store.server).head(path);
    expect(head.headers['content-length']).toBe(String(tarballs.get(`${name}@1.0.0`)?.length));
    expect((await get(path).set('if-none-match', head.headers['etag'] as string)).status).toBe(304);
    expect((await get(path).set('range', 'bytes=999999-')).status).toBe(416);
  });

  it('is found by the spelling with the scope twice', async () => {
    expect((await bytesOf(`/npm/${name}/-/${name}-1.0.0.tgz`)).status).toBe(200);
  });

  it.each(['scoped-7.0.0.tgz', 'other-1.0.0.tgz', 'scoped-1.0.0.tar.gz', '..%2f..%2fscoped-1.0.0.tgz'])(
    'is not found as %s',
    async (filename) => {
      expect((await get(`/npm/${name}/-/${filename}`)).status).toBe(404);
    },
  );
});

describe('a quarantined version', () => {
  it('is told of, is in no list, and is refused at every address', async () => {
    await publish('@acme/bad', '1.0.0');
    await publish('@acme/bad', '1.1.0');
    await bytesOf('/npm/@acme/bad/-/bad-1.1.0.tgz');
    await quarantine('@acme/bad', '1.1.0', 'it mines coins');
    const { body } = await get('/npm/@acme/bad');
    expect(Object.keys(body.versions)).toEqual(['1.0.0']);
    expect(body['dist-tags']).toEqual({ latest: '1.0.0' });
    expect(Object.keys(body.policyRestrictions.versions)).toEqual(['1.1.0']);
    expect(body.policyRestrictions.message).toContain('it mines coins');
    for (const path of ['/npm/@acme/bad/-/bad-1.1.0.tgz', '/npm/@acme/bad/1.1.0']) {
      const refused = await get(path);
      expect(refused.status).toBe(403);
      expect(refused.body.error).toContain('it mines coins');
    }
    await quarantine('@acme/bad', '1.0.0', 'it mines too');
    expect((await get('/npm/@acme/bad/latest')).body.code).toBe('quarantined');
  });
});

describe('the registry', () => {
  it('answers what npm asks of it', async () => {
    expect((await get('/npm/-/ping')).body).toEqual({});
    expect((await get('/npm/')).status).toBe(200);
    expect((await get(`/npm/-/package/${name}/dist-tags`)).body).toEqual({ latest: '1.1.0' });
    const { keys } = (await get('/npm/-/npm/v1/keys')).body;
    expect(keys).toEqual([
      {
        expires: null,
        keyid: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
        keytype: 'ecdsa-sha2-nistp256',
        scheme: 'ecdsa-sha2-nistp256',
        key: expect.any(String),
      },
    ]);
  });

  it.each([
    ['get', 'org/acme/team', 'publisher'],
    ['put', 'team/acme/devs/package', 'publisher'],
    ['get', 'stage?page=0&perPage=100', 'npm publish'],
    ['get', 'package/@acme%2ftool/trust', 'npm publish'],
    ['get', '_view/starredByUser?key=%22ada%22', 'downloads'],
    ['post', 'npm/v1/hooks/hook', '/api/v1/changes'],
  ] as const)('says what it has instead of what npm asks of others: %s %s', async (method, path, instead) => {
    const { status, body } = await request(store.server)[method](`/npm/-/${path}`);
    expect(status).toBe(404);
    expect(body.error).toContain(instead);
    expect(body.detail).toBe(body.error);
  });

  it('says where it is to whom it was given without /npm/', async () => {
    const { status, body } = await request(store.server).get('/@acme%2ftool');
    expect(status).toBe(404);
    expect(body.error).toContain('/npm/');
  });

  it('has no advisories, whatever an audit sends', async () => {
    const audit = (path: string, body: string) =>
      request(store.server)
        .post(`/npm/-/npm/v1/security/${path}`)
        .set({ 'content-encoding': 'gzip', 'content-type': 'application/json' })
        .send(body);
    expect((await audit('advisories/bulk', 'no gzip at all')).body).toEqual({});
    expect((await audit('audits/quick', '')).body.metadata.vulnerabilities.high).toBe(0);
  });

  it('searches what is there now', async () => {
    await publish('@acme/zebra', '0.1.0', { description: 'Counts stripes' });
    const search = async (text: string) =>
      (await get(`/npm/-/v1/search?text=${encodeURIComponent(text)}`)).body;
    expect((await search('stripes')).objects[0].package).toMatchObject({
      name: '@acme/zebra',
      version: '0.1.0',
      publisher: { username: 'acme-owner' },
    });
    expect((await search('zebra not:unstable')).total).toBe(0);
    await quarantine('@acme/zebra', '0.1.0', 'bites');
    expect((await search('stripes')).total).toBe(0);
  });

  it('lets pages of other origins read, and nothing else', async () => {
    const read = await get(`/npm/${name}`).set('origin', 'https://elsewhere.example');
    expect(read.headers['access-control-allow-origin']).toBe('*');
    const options = await request(store.server).options(`/npm/${name}`);
    expect(options.headers['access-control-allow-methods']).toBe('GET, HEAD');
  });
});

describe('a store for members', () => {
  it('asks for a credential that may read, in a way that npm understands, and lets nobody else keep the answer', async () => {
    const closed = await startStore({ MORTISE_READ: 'members' });
    try {
      const { token: member } = await seedPublisher(closed);
      for (const path of ['/npm/x', '/npm/x/-/x-1.0.0.tgz', '/npm/-/ping', '/npm/-/v1/search?text=x']) {
        const refused = await request(closed.server).get(path);
        expect(refused.status).toBe(401);
        expect(refused.headers['www-authenticate']).toMatch(/^Bearer/);
        expect(refused.body.error).toBe(refused.body.detail);
      }
      const ping = await request(closed.server).get('/npm/-/ping').set('authorization', `Bearer ${member}`);
      expect(ping.status).toBe(200);
    } finally {
      await closed.close();
    }
  });
});
