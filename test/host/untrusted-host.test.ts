import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, callAgent } from '#host';
import { PluginStore } from './plugin-store.js';

/** On real containers, as libs/host/src/runners/container-runner.test.ts says: `npm run test:containers`. */
const command = process.env['TEST_CONTAINER'];
const proofs = command === undefined ? describe.skip : describe;
const settings = {
  container_command: command ?? 'auto',
  container_options: (process.env['TEST_CONTAINER_OPTIONS'] ?? '').split(' ').filter(Boolean),
  container_image: process.env['TEST_CONTAINER_IMAGE'] ?? null,
};

let store: PluginStore;

beforeAll(async () => {
  if (command === undefined) return;
  store = await PluginStore.start();
  await store.upload('acme_needed', '2.0.0');
  await store.publish({ version: '1.0.0', form: true, requires: ['acme_needed==2.0.0'] });
}, 60_000);

afterAll(async () => {
  if (command !== undefined) await store.close();
});

proofs('a plugin that is not trusted', () => {
  it('is built and run in a container, with all that it needs and no front end, and answers', async () => {
    const host = await store.makeHost('untrusted', { settings });
    const { installation } = await host.install('acme/tool@1.0.0', { trust: 'untrusted' });
    const release = installation.wanted!;
    expect(release.isolation).toBe('container');
    const lib = join(host.folder.paths.environment(release), 'lib');
    const site = join(lib, readdirSync(lib)[0]!, 'site-packages');
    expect(readdirSync(site)).toEqual(expect.arrayContaining(['acme_tool', 'acme_needed']));

    const agent = await Agent.start(host.folder.paths.root);
    try {
      const said = await callAgent(host.folder, 'acme/tool', 'version', {}, AbortSignal.timeout(30_000));
      expect(said).toBe('1.0.0');
    } finally {
      await agent.close();
    }
  }, 180_000);
});
