import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreClient } from '#client';
import { Agent, initHost } from '#host';
import type { Host } from '#host';
import { eventually, findPython } from '#testing';
import { StoreProcess, processAdmin } from '../store-process.js';

/** Those whose back end would need a container to run in, or that bring nothing to install. */
const notRunHere = ['examples/river-gauge', 'examples/notebook-server'];
const { releases } = JSON.parse(readFileSync('dist/descriptors/examples.json', 'utf8')) as {
  releases: { folder: string }[];
};
const shipped = new Set(releases.map((one) => one.folder.split('/')[0])).size;
const possible = process.platform === 'linux' && findPython() !== undefined;

(possible ? describe : describe.skip)('the examples that a first start publishes', () => {
  let folder: string;
  let store: StoreProcess;
  let host: Host;
  let ids: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mortise-shipped-'));
    store = await StoreProcess.start(join(folder, 'store'), { environment: { MORTISE_DEMO: 'on' } });
    const { address } = store;
    const body = { username: 'admin', password: processAdmin.password };
    const { access_token: token } = await new StoreClient({ address }).call('sessionBegin', { body });
    ids = await published(address);
    const made = await initHost({
      folder: join(folder, 'host'),
      store: address,
      credential: { token },
      name: 'shipped',
      storeKeys: [],
    });
    host = made.host;
  });
  afterAll(async () => {
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A first start publishes them while it serves already. */
  function published(address: string): Promise<string[]> {
    const client = new StoreClient({ address });
    return eventually(async () => {
      const { items } = await client.call('searchPlugins', { limit: 50 });
      expect(items).toHaveLength(shipped);
      return items.map(({ id }) => id);
    });
  }

  it('install and start, each with every back end that it has', async () => {
    expect(ids).toHaveLength(shipped);
    expect(ids).toEqual(expect.arrayContaining(notRunHere));
    const wanted = ids.filter((id) => !notRunHere.includes(id));
    for (const id of wanted) await host.install(id);
    const failed: unknown[] = [];
    const agent = await Agent.start(host.folder.paths.root, {
      pollEveryMs: 0,
      onEvent: ({ type, plugin, data }) => {
        if (type === 'failed') failed.push(plugin, data['message']);
      },
    });
    try {
      expect(failed).toEqual([]);
      const { plugins } = agent.status();
      expect(plugins.map(({ plugin, state }) => [plugin, state]).sort()).toEqual(
        wanted.map((id) => [id, 'running']).sort(),
      );
    } finally {
      await agent.close();
    }
  });
});
