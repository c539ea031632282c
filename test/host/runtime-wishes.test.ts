import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Agent } from '#host';
import type { AgentEvent } from '#host';
import { buildWheel, eventually } from '#testing';
import { describeInstalls } from './installers.js';
import { PluginStore, pluginSource } from './plugin-store.js';

let store: PluginStore;

beforeAll(async () => {
  store = await PluginStore.start();
  const files = { 'acme_wishes.py': pluginSource('1.0.0') };
  const descriptor = `name: Wishes
version: 1.0.0
runtime: {user: root, packages: [no-such-library]}
backend: {package: acme-wishes, version: 1.0.0}
backend_component: Plugin
`;
  const wheel = buildWheel({ name: 'acme_wishes', version: '1.0.0', files });
  await store.publishRelease(descriptor, [['acme_wishes-1.0.0-py3-none-any.whl', wheel]]);
  await store.client.call('deprecateRelease', {
    publisher: 'acme',
    plugin: 'wishes',
    version: '1.0.0',
    body: { message: 'Wishes are not kept up.', replaced_by: 'acme/deeds' },
  });
});

afterAll(() => store.close());

describeInstalls('a deprecated, trusted plugin that asks for root and for a package of the system', () => {
  it('serves as a user of its own; who installs it and the store are warned of all three', async () => {
    const host = await store.makeHost('wishes');
    const shown: string[] = [];
    await host.install('acme/wishes', {
      onProgress: ({ step, what }) => step === 'warn' && shown.push(what),
    });
    expect(shown).toEqual([
      'acme/wishes is deprecated: Wishes are not kept up. acme/deeds takes its place.',
      expect.stringMatching(/root/),
      expect.stringMatching(/no-such-library/),
    ]);

    const events: AgentEvent[] = [];
    const agent = await Agent.start(host.folder.paths.root, { onEvent: (event) => events.push(event) });
    try {
      expect(await agent.call('acme/wishes', 'version')).toBe('1.0.0');
      const warned = events.filter(({ type }) => type === 'warning').map(({ data }) => data['code']);
      // That it is deprecated comes of asking the store, maybe later.
      expect(warned.filter((code) => code !== 'deprecated')).toEqual([
        'never-root',
        'system-packages-missing',
      ]);
      await eventually(async () => {
        const { items } = await store.client.call('reportsOfPlugin', {
          publisher: 'acme',
          plugin: 'wishes',
        });
        const reported = items.filter(({ kind }) => kind === 'warning').map(({ message }) => message);
        expect(reported.sort()).toEqual([
          expect.stringMatching(/^deprecated: /),
          expect.stringMatching(/^never-root: /),
          expect.stringMatching(/^system-packages-missing: .*no-such-library/),
        ]);
      });
    } finally {
      await agent.close();
    }
  });
});
