import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Host } from '#host';
import { installServing } from './host-folder.js';
import { describeInstalls } from './installers.js';
import { PluginStore } from './plugin-store.js';

const dayMs = 86_400_000;
let store: PluginStore;

beforeAll(async () => {
  store = await PluginStore.start();
  await store.publish({ version: '1.0.0' });
  await store.publish({ version: '1.1.0' });
});

afterAll(() => store.close());

/** Rotates the key, and has two days pass: from the day after on, the new one signs. */
async function rotate(): Promise<void> {
  await (await store.asAdmin()).call('keysRotate');
  const earlier = (key: string) => `'$.${key}', json_extract(value, '$.${key}') - ${2 * dayMs}`;
  await changeKeys(
    `UPDATE cluster_secret SET value = json_set(value, ${earlier('announcedAt')}, ${earlier('activeAt')})`,
  );
}

const changeKeys = (statement: string): Promise<void> =>
  store.changeWhileStopped((database) =>
    database.write(async (sql) => {
      await sql.query(`${statement} WHERE name LIKE 'manifest-key-%'`);
    }),
  );

const pinnedBy = async (host: Host): Promise<string[]> =>
  (await host.folder.readHost()).store.keys.map(({ kid }) => kid);

const offered = async (): Promise<string[]> =>
  (await store.client.call('keysChain')).items.map(({ kid }) => kid);

describeInstalls('a host that pinned the key with which the store does not sign any more', () => {
  it('follows the vouchers over all the keys since, and pins them', async () => {
    const host = await store.makeHost('faithful');
    await installServing(host, 'acme/tool@1.0.0');
    const before = await pinnedBy(host);
    expect(before).toHaveLength(1);
    for (let turn = 0; turn < 2; turn++) await rotate();
    const keys = await offered();
    expect(keys).toHaveLength(3);
    expect(await host.update('acme/tool')).toMatchObject([{ to: '1.1.0', outcome: 'waiting' }]);
    expect(await pinnedBy(host)).toEqual([...before, ...keys.slice(1)]);
    expect(await host.examine()).toContainEqual(
      expect.objectContaining({ name: 'store keys', state: 'good' }),
    );
  });

  it('refuses one that nothing vouches for', async () => {
    const host = await store.makeHost('wary');
    const installation = await installServing(host, 'acme/tool@1.0.0');
    const before = await pinnedBy(host);
    // A store that was set up anew, or another one at its address.
    await changeKeys('DELETE FROM cluster_secret');
    expect(await host.update('acme/tool')).toMatchObject([{ outcome: 'failed', code: 'key-not-pinned' }]);
    await expect(host.install('acme/tool@1.1.0')).rejects.toMatchObject({ code: 'key-not-pinned' });
    expect(await pinnedBy(host)).toEqual(before);
    expect((await host.state()).installations).toMatchObject({
      [installation.id]: { current: { version: '1.0.0' }, wanted: null },
    });
    expect((await store.listed(host)).map(({ version }) => version)).toEqual(['1.0.0']);
  });
});
