import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { limits } from '#kernel';
import { PackageIndex } from '#packages';
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

const tarballOf = (name: string, version: string, content = '') =>
  buildNpmTarball({ manifest: { name, version }, files: { 'index.js': content } });

const send = (name: string, document: object | string, credential = token) =>
  request(store.server)
    .put(`/npm/${encodeURIComponent(name)}`)
    .set('authorization', `Bearer ${credential}`)
    .type('json')
    .send(typeof document === 'string' ? document : JSON.stringify(document));

type Plan = Parameters<typeof npmPublishDocument>[1];

const publish = (name: string, version: string, plan: Plan = {}, content = '') =>
  send(name, npmPublishDocument(tarballOf(name, version, content), { name, version, ...plan }));

const tagsOf = async (name: string) => (await store.app.get(PackageIndex).find('npm', name))?.tags;

describe('npm publish', () => {
  it('keeps what is sent, and takes the same again', async () => {
    const first = await publish('@acme/kept', '1.0.0');
    expect(first.body).toEqual({ ok: true, id: '@acme/kept', version: '1.0.0' });
    expect(first.status).toBe(201);
    expect((await publish('@acme/kept', '1.0.0')).status).toBe(200);
    const kept = await store.app.get(PackageIndex).find('npm', '@acme/kept');
    expect(kept).toMatchObject({ publisher: 'acme', maintainers: ['acme-owner'], tags: { latest: '1.0.0' } });
    expect(kept?.versions[0]).toMatchObject({ version: '1.0.0', createdBy: 'acme-owner' });
    expect(kept?.versions[0]?.files[0]?.artifact.filename).toBe('kept-1.0.0.tgz');
  });

  it('refuses other bytes under a version', async () => {
    await publish('twice', '1.0.0');
    const again = await publish('twice', '1.0.0', {}, 'changed');
    expect(again.status).toBe(409);
    expect(again.body.code).toBe('file-taken');
  });

  it('lets one of ten publishes of a version win, whose bytes are kept', async () => {
    const crowd = Array.from({ length: 10 }, (_, number) => number);
    const answers = await Promise.all(crowd.map((number) => publish('raced', '1.0.0', {}, `${number}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...crowd.slice(1).map(() => 409)]);
    const winner = answers.findIndex(({ status }) => status === 201);
    const file = await store.app.get(PackageIndex).file('npm', 'raced', 'raced-1.0.0.tgz');
    const own = npmPublishDocument(tarballOf('raced', '1.0.0', `${winner}`)).versions['1.2.0'];
    expect(file?.artifact).toMatchObject({ integrity: own?.dist.integrity });
  });

  it('reads its members in any order', async () => {
    const document = npmPublishDocument(tarballOf('upside-down', '1.0.0'), {
      name: 'upside-down',
      version: '1.0.0',
    });
    const reversed = Object.fromEntries(Object.entries(document).reverse());
    expect((await send('upside-down', reversed)).status).toBe(201);
  });

  it('moves the tags that are named, and latest only where there is none', async () => {
    await publish('tagged', '1.0.0', { tag: 'beta' });
    await publish('tagged', '2.0.0', { tag: 'beta' });
    expect(await tagsOf('tagged')).toEqual({ latest: '1.0.0', beta: '2.0.0' });
    await publish('tagged', '3.0.0');
    await publish('tagged', '2.5.0', { tag: null });
    expect(await tagsOf('tagged')).toEqual({ latest: '2.5.0', beta: '2.0.0' });
  });

  it('says what can be published from the tarball', async () => {
    const tarball = buildNpmTarball({
      manifest: { name: 'offered', version: '1.0.0' },
      files: { 'plugin.yaml': 'name: x' },
    });
    const answer = await send('offered', npmPublishDocument(tarball, { name: 'offered', version: '1.0.0' }));
    expect(answer.headers['npm-notice']).toContain('/api/v1/publishers/acme/releases?from=npm:offered@1.0.0');
  });

  it('passes over a provenance statement, and says so', async () => {
    const attachments = { 'signed-1.0.0.sigstore': { data: '{"mediaType":"x"}' } };
    const answer = await publish('signed', '1.0.0', { attachments });
    expect(answer.status).toBe(201);
    expect(answer.headers['npm-notice']).toContain('provenance');
  });

  it('takes what asks for restricted access, as some clients do by themselves, and says who may read it', async () => {
    const answer = await publish('open', '1.0.0', { access: 'restricted' });
    expect(answer.status).toBe(201);
    expect(answer.headers['npm-notice']).toContain('whoever may read this store');
  });

  it.each([
    ['a range as a tag', { tag: 'v1' }, 'invalid-dist-tag'],
    ['a tag that breaks addresses', { tag: 'a/b' }, 'invalid-dist-tag'],
    ['another shasum', { manifest: { dist: { shasum: '0'.repeat(40) } } }, 'sent-digest-wrong'],
    ['another integrity', { manifest: { dist: { integrity: 'sha512-AAAA' } } }, 'sent-digest-wrong'],
    ['another attachment', { attachments: { 'evil.exe': { data: '' } } }, 'npm-document-malformed'],
    ['another name', { manifest: { name: 'other' } }, 'npm-document-malformed'],
  ] as const)('refuses %s', async (_what, plan, code) => {
    const answer = await publish('refused', '1.0.0', plan);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    expect(await tagsOf('refused')).toBeUndefined();
  });

  it('refuses a tarball that is another package', async () => {
    const document = npmPublishDocument(tarballOf('inner', '1.0.0'), { name: 'outer', version: '1.0.0' });
    const answer = await send('outer', document);
    expect([answer.status, answer.body.code]).toEqual([400, 'package-not-named']);
  });

  it.each([
    '',
    '[]',
    '{',
    '{"_attachments":{"a.tgz":{"data":"AAA',
    '{"_attachments":{"a.tgz":{"data":"A*=="}}}',
  ])('refuses %j as no document of npm', async (text) => {
    const answer = await send('broken', text);
    expect([answer.status, answer.body.code]).toEqual([400, 'npm-document-malformed']);
  });

  it('bounds what is beside the tarball, and says by how much', async () => {
    const answer = await publish('wordy', '1.0.0', {
      manifest: { readme: 'x'.repeat(limits.npmDocumentBytes) },
    });
    expect(answer.status).toBe(413);
    expect(answer.body.detail).toContain(String(limits.npmDocumentBytes));
  });

  it('takes no tarball from a token without the scope to publish', async () => {
    const { token: managing } = await seedPublisher(store, 'managing', { scopes: ['manage'] });
    const document = npmPublishDocument(tarballOf('managed', '1.0.0'), { name: 'managed', version: '1.0.0' });
    const answer = await send('managed', document, managing);
    expect([answer.status, answer.body.code]).toEqual([403, 'scope-needed']);
  });

  it('keeps other publishers out', async () => {
    await publish('@scoped/first', '1.0.0');
    const { token: stranger } = await seedPublisher(store, 'stranger');
    const document = (name: string) =>
      npmPublishDocument(tarballOf(name, '9.0.0'), { name, version: '9.0.0' });
    const own = await send('@scoped/first', document('@scoped/first'), stranger);
    expect([own.status, own.body.code]).toEqual([403, 'not-a-maintainer']);
    const scope = await send('@scoped/other', document('@scoped/other'), stranger);
    expect([scope.status, scope.body.code]).toEqual([403, 'scope-taken']);
  });

  it('gives nobody a name that only capitals tell from another’s', async () => {
    await publish('@cased/first', '1.0.0');
    await publish('cased', '1.0.0');
    const { token: stranger } = await seedPublisher(store, 'cased-stranger');
    const sendAs = (name: string) =>
      send(name, npmPublishDocument(tarballOf(name, '1.0.0'), { name, version: '1.0.0' }), stranger);
    for (const [name, code] of [
      ['@Cased/other', 'scope-taken'],
      ['@cased/First', 'scope-taken'],
      ['Cased', 'name-differs-in-case'],
    ] as const) {
      const answer = await sendAs(name);
      expect([answer.status, answer.body.code]).toEqual([403, code]);
    }
    expect((await sendAs('JSONCased')).status).toBe(201);
  });

  it('takes JSON as it is, and asks who it is', async () => {
    const put = () => request(store.server).put('/npm/anything');
    expect((await put().type('json').send('{}')).status).toBe(401);
    const typed = await put().set('authorization', `Bearer ${token}`).type('text/plain').send('{}');
    expect(typed.status).toBe(415);
    const zipped = await put()
      .set('authorization', `Bearer ${token}`)
      .type('json')
      .set('content-encoding', 'gzip')
      .send('{}');
    expect(zipped.status).toBe(415);
  });
});
