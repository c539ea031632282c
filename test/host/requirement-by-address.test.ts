import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { buildWheel } from '#testing';
import { FakeRegistries } from '../fake-registries.js';
import { describeInstalls, installers } from './installers.js';
import { PluginStore, pluginSource } from './plugin-store.js';

let elsewhere: FakeRegistries;
let upstream: FakeRegistries;
let store: PluginStore;

async function publish(name: string, needs: string): Promise<void> {
  const module = `acme_${name.replaceAll('-', '_')}`;
  const wheel = buildWheel({
    name: module,
    version: '1.0.0',
    files: { [`${module}.py`]: pluginSource('1.0.0') },
    metadata: `Metadata-Version: 2.1\nName: acme-${name}\nVersion: 1.0.0\nRequires-Dist: ${needs}\n\n`,
  });
  const descriptor = `name: ${name}\nversion: 1.0.0\nbackend: {package: acme-${name}, version: 1.0.0, component: Plugin}\n`;
  await store.publishRelease(descriptor, [[`${module}-1.0.0-py3-none-any.whl`, wheel]]);
}

beforeAll(async () => {
  [elsewhere, upstream] = await Promise.all([FakeRegistries.start(), FakeRegistries.start()]);
  store = await PluginStore.start({ environment: upstream.environment });
});

afterAll(async () => {
  await store.close();
  await Promise.all([elsewhere.close(), upstream.close()]);
});

describeInstalls.each(installers)('what a dependency requires by its address, with %s', (installer) => {
  it.each([
    ['a wheel', 'lure-wheel', (address: string) => `wild @ ${address}/wild-1.0.0-py3-none-any.whl`],
    ['an sdist', 'lure-sdist', (address: string) => `wild @ ${address}/wild-1.0.0.tar.gz`],
    ['a repository', 'lure-git', (address: string) => `wild @ git+${address}/wild.git`],
    ['a folder', 'lure-folder', () => 'wild @ file:///tmp'],
  ])('is refused before that address is asked: %s', async (_, name, requirementAt) => {
    upstream.python(name, ['1.0.0'], 'json', [requirementAt(elsewhere.address)]);
    const plugin = `needs-${name}-${installer}`;
    await publish(plugin, name);
    const host = await store.makeHost(plugin, { settings: { installer } });
    await expect(host.install(`acme/${plugin}`)).rejects.toMatchObject({
      code: 'dependencies-unresolved',
      message: expect.stringContaining('wild'),
    });
    expect(elsewhere.asked).toEqual([]);
    expect(await host.state()).toMatchObject({ installations: {}, pending: [] });
    expect(await store.listed(host)).toEqual([]);
  });
});
