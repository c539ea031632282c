import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatalogStore } from './catalog-store.js';

let catalog: CatalogStore;

beforeAll(async () => {
  catalog = await CatalogStore.start();
});

afterAll(() => catalog.store.close());

const versionsIn = (body: { items: { version: string }[] }) => body.items.map(({ version }) => version);

describe('reading plugins', () => {
  it('answers any spelling with the id, the latest release and an ETag that changes with it', async () => {
    await catalog.publish('Kube_Plugin', '1.0.0', 'summary: First\n');
    const first = await catalog.get('Acme/KUBE.plugin');
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      id: 'acme/kube-plugin',
      name: 'Kube_Plugin',
      version: '1.0.0',
      interfaces: ['backup'],
      trust: 'untrusted',
      withdrawn: false,
      version_count: 1,
      channels: {},
      latest: { version: '1.0.0', state: 'active', review: 'approved', latest: true },
    });
    const etag = String(first.headers['etag']);
    const same = await catalog.get('acme/kube-plugin').set('if-none-match', etag);
    expect([same.status, same.text]).toEqual([304, '']);
    await catalog.publish('kube-plugin', '1.1.0', 'summary: Second\n');
    const second = await catalog.get('acme/kube-plugin').set('if-none-match', etag);
    expect([second.status, second.body.latest.version, second.body.summary]).toEqual([
      200,
      '1.1.0',
      'Second',
    ]);
  });

  it('lists versions in SemVer order, by range, and page by page with none lost or repeated', async () => {
    const published = ['1.0.0', '1.10.0', '1.9.0', '2.0.0-beta.2', '2.0.0-beta.11', '1.2.0'];
    for (const version of published) await catalog.publish('ordered', version);
    const all = await catalog.get('acme/ordered/versions');
    const order = ['2.0.0-beta.11', '2.0.0-beta.2', '1.10.0', '1.9.0', '1.2.0', '1.0.0'];
    expect(versionsIn(all.body)).toEqual(order);
    expect(all.body.next).toBeNull();
    const ranged = await catalog.get('acme/ordered/versions?range=%5E1.2');
    expect(versionsIn(ranged.body)).toEqual(['1.10.0', '1.9.0', '1.2.0']);
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await catalog.get(`acme/ordered/versions?limit=2${cursor}`);
      seen.push(...versionsIn(page.body));
      cursor = page.body.next === null ? '' : `&cursor=${String(page.body.next)}`;
    } while (cursor !== '');
    expect(seen).toEqual(order);
  });

  it.each([
    ['range=nonsense', 'invalid-range'],
    ['limit=0', 'invalid-parameter'],
    ['limit=101', 'invalid-parameter'],
    ['cursor=AAAA', 'invalid-cursor'],
    ['rnage=1', 'unknown-parameter'],
    ['range=1&range=2', 'repeated-parameter'],
  ])('refuses ?%s', async (query, code) => {
    const answer = await catalog.get(`acme/ordered/versions?${query}`);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  it('serves the descriptor byte for byte', async () => {
    const { yaml } = await catalog.publish('exact', '1.0.0', 'summary: "Ünï — \\u00e9"  # as written\n');
    const answer = await catalog.get('acme/exact/versions/latest/descriptor').buffer(true);
    expect(answer.headers['content-type']).toBe('application/yaml; charset=utf-8');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.text).toBe(yaml);
  });

  it('says what was probably meant', async () => {
    const plugin = await catalog.get('acme/orderd');
    expect([plugin.status, plugin.body.code, plugin.body.did_you_mean]).toEqual([
      404,
      'plugin-not-found',
      'acme/ordered',
    ]);
    const version = await catalog.get('acme/ordered/versions/1.11.0');
    expect([version.status, version.body.code]).toEqual([404, 'version-not-found']);
    expect(version.body.nearest).toBe('1.10.0');
    for (const path of [
      'nobody/nothing',
      'acme/%00',
      'acme/a%2Fb',
      `acme/${'x'.repeat(900)}`,
      '__proto__/x',
    ]) {
      expect([path, (await catalog.get(path)).status]).toEqual([path, 404]);
    }
  });

  it('answers HEAD as GET, without the body', async () => {
    const { default: request } = await import('supertest');
    const head = await request(catalog.store.server).head('/api/v1/plugins/acme/ordered');
    const get = await catalog.get('acme/ordered');
    expect([head.status, head.headers['etag']]).toEqual([200, get.headers['etag']]);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });
});

describe('reading with review required', () => {
  let reviewed: CatalogStore;

  beforeAll(async () => {
    reviewed = await CatalogStore.start({ MORTISE_REVIEW: 'required' });
    await reviewed.publish('hidden', '1.0.0');
  });

  afterAll(() => reviewed.store.close());

  it.each([
    '',
    '/versions',
    '/versions/1.0.0',
    '/versions/latest',
    '/versions/1.0.0/descriptor',
    '/channels',
  ])('shows what is pending%s to nobody but members and moderators', async (path) => {
    expect((await reviewed.get(`acme/hidden${path}`)).status).toBe(404);
    const status = path === '/versions/latest' ? 404 : 200;
    expect((await reviewed.get(`acme/hidden${path}`, reviewed.token)).status).toBe(status);
    expect((await reviewed.get(`acme/hidden${path}`, reviewed.moderator)).status).toBe(status);
    expect((await reviewed.get(`acme/hidden${path}`)).status).toBe(404);
  });
});
