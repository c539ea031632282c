import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import request from 'supertest';
import { Database } from '#database';
import { DownloadCounter } from '#packages';
import { buildNpmTarball, buildWheel, eventually } from '#testing';
import { CatalogStore } from './catalog-store.js';
import { startStore } from './start-store.js';

const folder = mkdtempSync(join(tmpdir(), 'mortise-downloads-'));
const today = new Date().toISOString().slice(0, 10);

let catalog: CatalogStore;
let wheel: string;
let tarball: string;

async function publish(name: string, version: string, isFirst: boolean) {
  const yaml = `name: ${name}
version: ${version}
backend: {package: zephyr-tool, version: 1.2.0}
backend_component: Plugin
front_end: {package: "@acme/zephyr-tool", version: 1.2.0}
frontend_component: Panel
`;
  const form = request(catalog.store.server)
    .post('/api/v1/publishers/acme/releases')
    .set('authorization', `Bearer ${catalog.token}`)
    .attach('descriptor', Buffer.from(yaml), 'plugin.yaml');
  if (isFirst) {
    form.attach('artifact', buildWheel(), 'zephyr_tool-1.2.0-py3-none-any.whl');
    form.attach('artifact', buildNpmTarball(), 'acme-zephyr-tool-1.2.0.tgz');
  }
  const answer = await form;
  expect([answer.status, answer.body.code]).toEqual([201, undefined]);
  return answer.body.artifacts as { kind: string; url: string }[];
}

const write = () => catalog.store.app.get(DownloadCounter).write({ isLast: true });
/** A download is one once its last byte is on its way, of which the client may hear first. */
const counted = (plugin: string, count: number) =>
  eventually(async () => {
    await write();
    expect((await catalog.get(plugin)).body.downloads).toBe(count);
  });
const get = (path: string) => request(catalog.store.server).get(path);

beforeAll(async () => {
  catalog = await CatalogStore.start({}, folder);
  const artifacts = await publish('first', '1.0.0', true);
  const urlOf = (kind: string) => new URL(artifacts.find((one) => one.kind === kind)!.url).pathname;
  [wheel, tarball] = [urlOf('wheel'), urlOf('tarball')];
});

afterAll(() => catalog.store.close());

describe('downloads', () => {
  it('are counted when a file was sent whole, and shown by plugin, version and day', async () => {
    await get(wheel).expect(200);
    await get(wheel).expect(200);
    await get(tarball).expect(200);
    await request(catalog.store.server).head(wheel).expect(200);
    await get(wheel).set('range', 'bytes=0-1').expect(206);
    await get(wheel).set('if-none-match', '*').expect(304);
    await get(wheel.replace('zephyr', 'other')).expect(404);
    await counted('acme/first', 3);
    const plugin = (await catalog.get('acme/first')).body;
    expect([plugin.downloads, plugin.latest.downloads]).toEqual([3, 3]);
    expect((await catalog.get('acme/first/versions')).body.items[0].downloads).toBe(3);
    expect((await catalog.get('acme/first/versions/1.0.0')).body.downloads).toBe(3);
    const daily = (await catalog.get('acme/first/downloads')).body;
    expect(daily).toMatchObject({
      to: today,
      items: [{ day: today, version: '1.0.0', count: 3 }],
      next: null,
    });
  });

  it('count for the newest approved release that has the file', async () => {
    await publish('second', '1.0.0', false);
    await publish('second', '1.1.0', false);
    await get(wheel).expect(200);
    await counted('acme/second', 1);
    expect((await catalog.get('acme/second/versions/1.1.0')).body.downloads).toBe(1);
    expect((await catalog.get('acme/first')).body.downloads).toBe(3);
  });

  it('decide the order of a search that asks for it, and are no word in the feed of changes', async () => {
    const before = (await get('/api/v1/changes?limit=1000')).body.items.length as number;
    for (let count = 0; count < 5; count += 1) await get(tarball).expect(200);
    await counted('acme/second', 6);
    await write();
    await get(tarball).expect(200);
    await counted('acme/second', 7);
    await eventually(async () => {
      const { items } = (await get('/api/v1/plugins?sort=downloads')).body;
      const shown = items.map((item: { id: string; downloads: number }) => `${item.id} ${item.downloads}`);
      return shown.join() === 'acme/second 7,acme/first 3';
    });
    expect((await get('/api/v1/changes?limit=1000')).body.items).toHaveLength(before);
    const rows = await catalog.store.app
      .get(Database)
      .read((sql) => sql.query("SELECT plugin_id FROM change WHERE type = 'downloads-counted' ORDER BY 1"));
    expect(rows).toEqual([{ plugin_id: 'acme/first' }, { plugin_id: 'acme/second' }]);
  });

  it('are listed for a span of days, a page at a time', async () => {
    await catalog.store.app.get(Database).write((sql) =>
      sql.query(`INSERT INTO release_download SELECT r.id, d.day, 2 FROM plugin_release r,
        (SELECT '2026-01-30' AS day UNION SELECT '2026-01-31') d WHERE r.plugin_id = 'acme/second'`),
    );
    const path = 'acme/second/downloads?from=2026-01-30&to=2026-01-31';
    const whole = (await catalog.get(path)).body;
    expect(
      whole.items.map(({ day, version }: { day: string; version: string }) => `${day} ${version}`),
    ).toEqual(['2026-01-31 1.0.0', '2026-01-31 1.1.0', '2026-01-30 1.0.0', '2026-01-30 1.1.0']);
    const first = (await catalog.get(`${path}&limit=3`)).body;
    const rest = (await catalog.get(`${path}&limit=3&cursor=${first.next as string}`)).body;
    expect([...first.items, ...rest.items]).toEqual(whole.items);
    expect(rest.next).toBeNull();
    expect((await catalog.get('acme/second/downloads?to=2026-01-30')).body).toMatchObject({
      from: '2026-01-01',
      items: [{ day: '2026-01-30' }, { day: '2026-01-30' }],
    });
    for (const wrong of [
      'from=2026-02-31',
      'from=yesterday',
      'from=2026-02-02&to=2026-02-01',
      'from=2025-01-01&to=2026-01-02',
      'limit=0',
      'limit=1001',
    ])
      expect([wrong, (await catalog.get(`acme/second/downloads?${wrong}`)).body.code]).toEqual([
        wrong,
        'invalid-parameter',
      ]);
    expect((await catalog.get('acme/second/downloads?cursor=x')).body.code).toBe('invalid-cursor');
    expect((await catalog.get('acme/none/downloads')).body.code).toBe('plugin-not-found');
  });

  it('are written at the latest when the store stops, and survive that', async () => {
    const again = await CatalogStore.start({ MORTISE_REVIEW: 'required' });
    const before = catalog;
    catalog = again;
    const own = mkdtempSync(join(tmpdir(), 'mortise-downloads-'));
    try {
      const artifacts = await publish('pending', '1.0.0', true);
      const path = new URL(artifacts.find(({ kind }) => kind === 'wheel')!.url).pathname;
      await get(path).set('authorization', `Bearer ${again.token}`).expect(200);
      await pause(20);
      await write();
      const plugin = await catalog.get('acme/pending', again.token);
      // Nobody but its publisher sees it yet: that is no use of it.
      expect([plugin.status, plugin.body.downloads]).toEqual([200, 0]);
    } finally {
      catalog = before;
      await again.store.close();
    }
    const first = await CatalogStore.start({}, own);
    catalog = first;
    try {
      const artifacts = await publish('kept', '1.0.0', true);
      await get(new URL(artifacts.find(({ kind }) => kind === 'wheel')!.url).pathname).expect(200);
      await first.store.app.close();
      const restarted = await startStore({}, own);
      const plugin = await request(restarted.server).get('/api/v1/plugins/acme/kept');
      expect(plugin.body.downloads).toBe(1);
      await eventually(async () => {
        const { items } = (await request(restarted.server).get('/api/v1/plugins?sort=downloads')).body;
        return items[0]?.downloads === 1;
      });
      await restarted.close();
    } finally {
      catalog = before;
    }
  });
});
