import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { Host } from '#host';
import { commitSwitch, pythonSays } from './host-folder.js';
import { describeInstalls, installers } from './installers.js';
import { PluginStore } from './plugin-store.js';

let store: PluginStore;

beforeAll(async () => {
  store = await PluginStore.start({ environment: { MORTISE_READ: 'members' } });
  await store.upload('acme_needed', '2.0.0');
  await store.publish({ version: '1.0.0', requires: ['acme_needed==2.0.0'] });
  await store.publish({ version: '1.1.0', requires: ['acme_needed==2.0.0'] });
});

afterAll(() => store.close());

const versions = 'import acme_tool, acme_needed; print(acme_tool.Plugin().version(), acme_needed.version)';

describeInstalls.each(installers)('a store that is for members only, with %s', (installer) => {
  it('lets a host install and update by its key, with what a plugin needs from the index', async () => {
    const host = await store.makeHost(`member-${installer}`, { settings: { installer } });
    const { installation } = await host.install('acme/tool@1.0.0');
    expect(pythonSays(host, installation.wanted, versions)).toBe('1.0.0 2.0.0');
    await commitSwitch(host, installation.id);
    expect(await host.update('acme/tool')).toMatchObject([{ to: '1.1.0', outcome: 'waiting' }]);
    const { installations } = await commitSwitch(host, installation.id);
    expect(pythonSays(host, installations[installation.id]!.current, versions)).toBe('1.1.0 2.0.0');
  });
});

describeInstalls('a host whose key such a store does not know', () => {
  it('is told so, and nothing is changed', async () => {
    const { paths } = (await store.makeHost('stranger')).folder;
    writeFileSync(paths.hostKey, `mrt_host_${'0'.repeat(49)}\n`);
    const host = await Host.open(paths.root);
    const before = await host.state();
    await expect(host.install('acme/tool@1.0.0')).rejects.toMatchObject({
      name: 'StoreProblem',
      status: 401,
      code: 'host-key-refused',
      message: expect.stringContaining(`does not know this host's key, which lies in ${paths.hostKey}`),
    });
    const findings = await host.examine();
    expect(findings.filter(({ message }) => message.includes(paths.hostKey))).toMatchObject([
      { name: 'host key', state: 'bad' },
    ]);
    expect(findings.find(({ name }) => name === 'store')).toMatchObject({ state: 'good' });
    expect(await host.state()).toEqual(before);
  });
});
