import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '#kernel';
import { eventually } from '#testing';
import { CatalogStore } from './catalog-store.js';
import { testOpenSearch } from './services/test-search.js';

let catalog: CatalogStore;

beforeAll(async () => {
  catalog = await CatalogStore.start();
});

afterAll(() => catalog.store.close());

const search = (query: string, store = catalog) => store.get(`/api/v1/plugins?${query}`);
const idsIn = (body: { items: { id: string }[] }) => body.items.map(({ id }) => id);

describe('searching', () => {
  it('finds what was just published, with what the contract says of it', async () => {
    await catalog.publish('Kube_Plugin', '1.0.0', 'summary: Runs a cluster\ncategories: [compute]\n');
    const answer = await eventually(async () => {
      const found = await search('q=kube');
      expect(found.status).toBe(200);
      expect(found.body).toMatchObject({ total: 1, next: null });
      return found;
    });
    expect(answer.body.items[0]).toMatchObject({
      id: 'acme/kube-plugin',
      publisher: 'acme',
      name: 'Kube_Plugin',
      title: null,
      summary: 'Runs a cluster',
      version: '1.0.0',
      categories: ['compute'],
      tags: [],
      trust: 'untrusted',
      kind: 'native',
      interfaces: ['backup'],
      downloads: 0,
      withdrawn: false,
      deprecated: null,
    });
    expect(answer.body.items[0].updated_at).toMatch(/^\d{4}-.*Z$/);
    expect(Object.keys(answer.body.facets).sort()).toEqual(
      ['category', 'has', 'host', 'interface', 'kind', 'publisher', 'tag', 'trust'].sort(),
    );
    expect(answer.body.facets.category).toEqual([{ value: 'compute', count: 1 }]);
    const again = await search('q=kube').set('if-none-match', String(answer.headers['etag']));
    expect(again.status).toBe(304);
  });

  it('completes what is typed', async () => {
    const answer = await catalog.get('/api/v1/plugins/suggest?q=ku');
    expect([answer.status, idsIn(answer.body)]).toEqual([200, ['acme/kube-plugin']]);
  });

  it.each([
    ['catgory=x', 'unknown-parameter'],
    ['limit=0', 'invalid-parameter'],
    ['kind=exotic', 'invalid-parameter'],
    ['cursor=x', 'invalid-cursor'],
    ['q=a&q=b', 'repeated-parameter'],
  ])('refuses ?%s', async (query, code) => {
    const answer = await search(query);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  it('takes a repeated filter as OR', async () => {
    const answer = await search('category=compute&category=other');
    expect(answer.body.total).toBe(1);
  });

  it('keeps what is all yanked, marked and with its highest version, and drops it when that is undone', async () => {
    await catalog.publish('wither', '1.0.0');
    await catalog.publish('wither', '1.1.0');
    for (const version of ['1.0.0', '1.1.0']) {
      await catalog.send('post', `acme/wither/versions/${version}/yank`, { reason: 'Retired.' });
    }
    await eventually(async () => {
      const { items } = (await search('q=wither')).body;
      expect(items[0]).toMatchObject({ id: 'acme/wither', version: '1.1.0', withdrawn: true });
    });
    await catalog.send('delete', 'acme/wither/versions/1.0.0/yank');
    await eventually(async () => {
      const { items } = (await search('q=wither')).body;
      expect(items[0]).toMatchObject({ version: '1.0.0', withdrawn: false });
    });
  });

  it('says what is deprecated and what to use instead, behind what matches as well', async () => {
    await catalog.publish('mend-a', '1.0.0', 'summary: Mends a fence\n');
    await catalog.publish('mend-b', '1.0.0', 'summary: Mends a fence\n');
    const path = 'acme/mend-a/versions/1.0.0/deprecation';
    await catalog.send('put', path, { message: 'Use the other.', replaced_by: 'acme/mend-b' });
    await eventually(async () => {
      const { items } = (await search('q=fence')).body;
      expect(items).toMatchObject([
        { id: 'acme/mend-b', deprecated: null },
        { id: 'acme/mend-a', deprecated: { message: 'Use the other.', replaced_by: 'acme/mend-b' } },
      ]);
    });
    await catalog.publish('mend-a', '1.1.0', 'summary: Mends a fence\n');
    await eventually(async () => {
      const { items } = (await search('q=fence')).body;
      expect(items[0]).toMatchObject({ id: 'acme/mend-a', version: '1.1.0', deprecated: null });
    });
  });

  it('finds each of fifty that were published at once when its answer is there', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `burst-${index}`);
    await Promise.all(
      names.map(async (name) => {
        const begunAt = performance.now();
        await catalog.publish(name, '1.0.0');
        const find = async () =>
          expect(idsIn((await search(`q=${name}&limit=1`)).body)).toEqual([`acme/${name}`]);
        // No answer waits longer than that for the index, or for an OpenSearch that fails.
        const isPromised =
          testOpenSearch === undefined && performance.now() - begunAt < limits.waitForIndexMs;
        await (isPromised ? find() : eventually(find));
      }),
    );
    await eventually(async () => expect((await search('q=burst')).body.total).toBe(50));
  });
});

describe('an index that is behind', () => {
  it('catches up at the start, whatever was lost of it, before the store is ready or a search answered', async () => {
    const first = await CatalogStore.start();
    const { folder } = first.store;
    await first.publish('durable', '1.0.0');
    await first.store.app.close();
    rmSync(join(folder, 'search'), { recursive: true, force: true });
    const { startStore } = await import('./start-store.js');
    const second = await startStore({}, folder);
    const { default: request } = await import('supertest');
    const early = await eventually(async () => {
      const found = await request(second.server).get('/api/v1/plugins?q=durable');
      return found.body.code !== 'search-unavailable' && found;
    });
    expect([early.status, ...idsIn(early.body)]).toEqual([200, 'acme/durable']);
    await eventually(async () => (await request(second.server).get('/health/ready')).status === 200);
    const answer = await request(second.server).get('/api/v1/plugins?q=durable');
    expect(idsIn(answer.body)).toEqual(['acme/durable']);
    await second.close();
  });

  it('shows nothing of what is pending', async () => {
    const reviewed = await CatalogStore.start({ MORTISE_REVIEW: 'required' });
    await reviewed.publish('hidden', '1.0.0');
    expect((await search('q=hidden', reviewed)).body.total).toBe(0);
    expect((await reviewed.get('/api/v1/changes')).body.items).toEqual([]);
    await reviewed.store.close();
  });
});
