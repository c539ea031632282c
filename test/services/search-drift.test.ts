import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseSettings } from '../../apps/registry/src/platform/settings/config.js';
import { rebuildIndex } from '../../apps/registry/src/platform/commands/rebuild-index.js';
import { verifyStore } from '../../apps/registry/src/platform/commands/verify-store.js';
import { eventually } from '#testing';
import { CatalogStore } from '../catalog-store.js';
import { databaseSetting } from '../start-store.js';
import { describeOnOpenSearch } from './engines.js';
import { blobSetting } from './test-blobs.js';
import { searchSetting, testOpenSearch } from './test-search.js';

describeOnOpenSearch('the index of a running store on OpenSearch', () => {
  let catalog: CatalogStore;

  beforeAll(async () => {
    catalog = await CatalogStore.start();
    for (const name of ['first', 'second', 'third']) await catalog.publish(name, '1.0.0');
  });

  afterAll(() => catalog.store.close());

  const settings = async () => {
    const { folder } = catalog.store;
    const environment = {
      MORTISE_DATA: folder,
      ...(await databaseSetting(folder)),
      ...searchSetting(folder),
      ...blobSetting(folder),
    };
    return parseSettings(environment);
  };

  /** What `mortise-registry verify --json` tells. */
  async function verify(): Promise<{
    ok: boolean;
    damages: { code: string; subject: string; mend: string }[];
  }> {
    const lines: string[] = [];
    await verifyStore(await settings(), { json: true, say: (line) => void lines.push(line) });
    return JSON.parse(lines.join('\n'));
  }

  /** Does something to a document of the index itself; answers with what it holds of it. */
  async function onIndex(method: string, plugin: string, body?: string): Promise<{ _source?: object }> {
    const prefix = new URL(searchSetting(catalog.store.folder).MORTISE_SEARCH ?? '').searchParams.get(
      'prefix',
    );
    const found = await fetch(`${testOpenSearch}/_cat/indices/${prefix}-*-plugins-*?format=json`);
    const [{ index }] = (await found.json()) as [{ index: string }];
    const query = method === 'GET' ? '' : '?refresh=true&version_type=external_gte&version=9';
    const answer = await fetch(`${testOpenSearch}/${index}/_doc/${encodeURIComponent(plugin)}${query}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
    return (await answer.json()) as { _source?: object };
  }

  it('is held against the database both ways, and built again beside while the store goes on', async () => {
    expect(await verify()).toMatchObject({ ok: true, damages: [] });
    await onIndex('DELETE', 'acme/first');
    const { _source: kept } = await onIndex('GET', 'acme/second');
    const ghost = JSON.stringify({ ...kept, id: 'acme/ghost' });
    await onIndex('PUT', 'acme/ghost', ghost.replaceAll('acme/second', 'acme/ghost'));
    const { damages } = await verify();
    expect(damages.map(({ code, subject }) => `${code} ${subject}`).sort()).toEqual([
      'index-document-extra plugin acme/ghost',
      'index-document-missing plugin acme/first',
    ]);
    expect(damages[0]?.mend).toContain('reindex');

    const said: string[] = [];
    await rebuildIndex(await settings(), (line) => void said.push(line));
    expect(said.at(-1)).toMatch(/3 plugins in .* Searches go to it now/);
    expect(await verify()).toMatchObject({ ok: true, damages: [] });
    await eventually(async () => {
      const { body } = await catalog.get('/api/v1/plugins?q=first').expect(200);
      expect(body.items[0].id).toBe('acme/first');
    });
    await catalog.publish('fourth', '1.0.0');
    await eventually(async () => (await catalog.get('/api/v1/plugins')).body.total === 4);
  });

  it('is not that of another store, though both have the same prefix', async () => {
    const other = await CatalogStore.start(searchSetting(catalog.store.folder));
    const { body: before } = await catalog.get('/api/v1/plugins').expect(200);
    await other.publish('elsewhere', '1.0.0');
    await eventually(async () => {
      const { body } = await other.get('/api/v1/plugins').expect(200);
      expect(body.items.map(({ id }: { id: string }) => id)).toEqual(['acme/elsewhere']);
    });
    expect((await catalog.get('/api/v1/plugins')).body.total).toBe(before.total);
    await other.store.close();
  });
});
