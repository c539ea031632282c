import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { CatalogStore } from '../catalog-store.js';
import { describeOnOpenSearch } from './engines.js';
import { openSearchBootMs, OpenSearchServer } from './opensearch-server.js';

/** Its index is opened anew, and the store asks ever less often. */
const catchUpMs = 60_000;

describeOnOpenSearch('a store whose OpenSearch goes away', () => {
  let server: OpenSearchServer;
  let catalog: CatalogStore;

  beforeAll(async () => {
    // One of its own, since it is killed.
    server = await OpenSearchServer.start();
    catalog = await CatalogStore.start({ MORTISE_SEARCH: server.address });
    await catalog.publish('kept', '1.0.0');
  }, openSearchBootMs);

  afterAll(async () => {
    await catalog.store.close();
    await server.stop();
  }, openSearchBootMs);

  const search = (query: string) => catalog.get(`/api/v1/plugins?${query}`);

  const expectFound = async (name: string): Promise<void> => {
    const { status, body } = await search(`q=${name}`);
    expect([status, body.items?.[0]?.id]).toEqual([200, `acme/${name}`]);
  };

  async function expectSearchAway(): Promise<void> {
    const startedAt = performance.now();
    const answers = await Promise.all([
      search('q=kept&limit=1'),
      search('q=kept&limit=2'),
      catalog.get('/api/v1/plugins/suggest?q=ke'),
    ]);
    for (const { status, body, headers } of answers) {
      expect([status, body.code]).toEqual([503, 'search-unavailable']);
      expect(body.detail).toContain('away');
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  }

  it.each(['killed', 'held still'])(
    'publishes and serves the rest while it is %s, refuses searches with 503, and catches up alone',
    async (how) => {
      const name = how.replaceAll(' ', '-');
      if (how === 'killed') await server.kill();
      else server.pause();
      await expectSearchAway();
      await catalog.publish(name, '1.0.0');
      await catalog.publish('kept', how === 'killed' ? '2.0.0' : '3.0.0');
      await catalog.get(`acme/${name}`).expect(200);
      await catalog.get('/health/ready').expect(200);
      if (how === 'killed') await server.boot();
      else server.resume();
      await eventually(() => expectFound(name), catchUpMs);
      await eventually(async () => {
        const { body } = await search('q=kept');
        expect(body.items[0].version).toBe(how === 'killed' ? '2.0.0' : '3.0.0');
      });
      await catalog.publish(`${name}-after`, '1.0.0');
      await eventually(() => expectFound(`${name}-after`));
    },
    openSearchBootMs,
  );

  it(
    'starts without it, and makes its index when it comes',
    async () => {
      await server.kill();
      const late = await CatalogStore.start({ MORTISE_SEARCH: server.address });
      await late.publish('early-bird', '1.0.0');
      await late.get('/health/ready').expect(200);
      await server.boot();
      await eventually(async () => {
        const { status, body } = await late.get('/api/v1/plugins?q=early-bird');
        expect([status, body.total]).toEqual([200, 1]);
      }, catchUpMs);
      await late.store.close();
    },
    openSearchBootMs,
  );
});
