import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { buildNpmTarball } from '#testing';
import { CatalogStore } from './catalog-store.js';
import { seedPublisher } from './seed-publisher.js';

let catalog: CatalogStore;

beforeAll(async () => {
  catalog = await CatalogStore.start();
});

afterAll(() => catalog.store.close());

const tarball = (version: string, files: Record<string, string>) =>
  buildNpmTarball({
    manifest: { name: '@acme/panel', version, main: 'index.js' },
    files: { 'index.js': 'export const Panel = 1;\n', ...files },
  });

const yaml = (version: string) =>
  `name: panel\nversion: ${version}\nfront_end: "@acme/panel"\nfrontend_component: Panel\n`;

const post = (query = '', publisher = 'acme', token = catalog.token) =>
  request(catalog.store.server)
    .post(`/api/v1/publishers/${publisher}/releases${query}`)
    .set('authorization', `Bearer ${token}`);

describe('a plugin.yaml at the root of an npm tarball', () => {
  it('is the descriptor where none is sent', async () => {
    const bytes = tarball('1.0.0', { 'plugin.yaml': yaml('1.0.0'), 'docs/plugin.yaml': 'no: descriptor\n' });
    const answer = await post().attach('artifact', bytes, 'acme-panel-1.0.0.tgz');
    expect(answer.body).toMatchObject({ id: 'acme/panel', version: '1.0.0' });
    expect(answer.status).toBe(201);
    const bare = await post().attach('artifact', tarball('1.0.1', {}), 'acme-panel-1.0.1.tgz');
    expect([bare.status, bare.body.code]).toEqual([400, 'descriptor-missing']);
  });

  it('publishes from a package that the store has, for those who own it', async () => {
    const first = tarball('2.0.0', { 'plugin.yaml': yaml('2.0.0') });
    await post()
      .attach('descriptor', Buffer.from(yaml('1.9.0')), 'plugin.yaml')
      .attach('artifact', first, 'acme-panel-2.0.0.tgz')
      .expect(201);
    const answer = await post('?from=npm:@acme/panel@2.0.0');
    expect(answer.body).toMatchObject({ id: 'acme/panel', version: '2.0.0' });
    expect(answer.body.interfaces.default.frontend.version).toBe('2.0.0');
    expect(answer.status).toBe(201);
    expect((await post('?from=npm:@acme/panel@2.0.0')).status).toBe(200);

    const { token } = await seedPublisher(catalog.store, 'others');
    const theirs = await post('?from=npm:@acme/panel@2.0.0', 'others', token);
    expect([theirs.status, theirs.body.code]).toEqual([403, 'package-owned']);
    const unknown = await post('?from=npm:@acme/panel@7.0.0');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'package-version-not-found']);
    const malformed = await post('?from=panel');
    expect([malformed.status, malformed.body.code]).toEqual([400, 'invalid-parameter']);
  });
});
