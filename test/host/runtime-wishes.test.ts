import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from '#host';
import type { AgentEvent } from '#host';
import { buildWheel } from '#testing';
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
}, 60_000);

afterAll(() => store.close());

describeInstalls('a trusted plugin that asks for root and for a package of the system', () => {
  it('serves as a user of its own, and host and store are warned of both', async () => {
    const host = await store.makeHost('wishes');
    const shown: string[] = [];
    await host.install('acme/wishes', {
      onProgress: ({ step, what }) => step === 'warn' && shown.push(what),
    });
    const expected = [expect.stringMatching(/root/), expect.stringMatching(/no-such-library/)];
    expect(shown).toEqual(expected);

    const events: AgentEvent[] = [];
    const agent = await Agent.start(host.folder.paths.root, { onEvent: (event) => events.push(event) });
    try {
      expect(await agent.call('acme/wishes', 'version')).toBe('1.0.0');
      const warnings = events.filter(({ type }) => type === 'warning');
      expect(warnings.map(({ data }) => data['code'])).toEqual(['never-root', 'system-packages-missing']);
      let reported: string[] = [];
      for (const end = Date.now() + 10_000; Date.now() < end && reported.length < 2; await sleep(100)) {
        const { items } = await store.client.call('reportsOfPlugin', {
          publisher: 'acme',
          plugin: 'wishes',
        });
        reported = items.filter(({ kind }) => kind === 'warning').map(({ message }) => message);
      }
      expect(reported.sort()).toEqual([
        expect.stringMatching(/^never-root: /),
        expect.stringMatching(/^system-packages-missing: .*no-such-library/),
      ]);
    } finally {
      await agent.close();
    }
  }, 120_000);
});
