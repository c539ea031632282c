import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host, InstalledRelease } from '#host';
import { commitSwitch, pythonSays } from './host-folder.js';
import { describeInstalls, installers } from './installers.js';
import { PluginStore } from './plugin-store.js';
import type { UploadedFile } from './plugin-store.js';
import { TamperingProxy } from './tampering-proxy.js';

let store: PluginStore;
let proxy: TamperingProxy;
let needed: Record<'older' | 'newer' | 'elsewhere', UploadedFile>;

beforeAll(async () => {
  store = await PluginStore.start();
  proxy = await TamperingProxy.start(store.address);
  needed = {
    older: await store.upload('acme_needed', '2.0.0', ['acme-unlocked']),
    newer: await store.upload('acme_needed', '2.1.0'),
    elsewhere: await store.upload('acme_elsewhere', '1.0.0'),
  };
  await store.upload('acme_unlocked', '1.0.0');
  const requires = ['acme_needed>=2'];
  const elsewhere = entry(needed.elsewhere, `marker = "sys_platform == 'nowhere'"\n`);
  await store.publish({ version: '1.0.0', requires, lock: lockOf(entry(needed.older), elsewhere) });
  await store.publish({ version: '1.1.0', requires, lock: lockOf(entry(needed.newer)) });
});

afterAll(async () => {
  await proxy.close();
  await store.close();
});

const lockOf = (...entries: string[]): string =>
  `lock-version = "1.0"\ncreated-by = "a test"\n${entries.join('')}`;

const entry = ({ name, version, filename, sha256 }: UploadedFile, more = ''): string =>
  `[[packages]]\nname = "${name.replaceAll('_', '-')}"\nversion = "${version}"\n${more}[[packages.wheels]]\nname = "${filename}"\nurl = "https://files.example.org/${filename}"\nhashes = {sha256 = "${sha256}"}\n`;

const script = `import importlib.metadata as m
print(*sorted(f"{d.metadata['Name']} {d.version}" for d in m.distributions()), sep=', ')`;

/** All that is in the release's environment. */
const packagesIn = (host: Host, release: InstalledRelease | null): string =>
  pythonSays(host, release, script);

/** What was noted of how it was built, by digest. */
function digestsOf(host: Host, release: InstalledRelease | null): string[] {
  const path = join(host.folder.paths.release(release!), 'packages.json');
  const { packages } = JSON.parse(readFileSync(path, 'utf8')) as { packages: { sha256: string }[] };
  return packages.map(({ sha256 }) => sha256);
}

describeInstalls.each(installers)('a release with a lock, by %s', (installer) => {
  it('is installed with what the lock names and nothing else, whatever the index has, and updated so', async () => {
    const settings = { installer };
    const host = await store.makeHost(`locked-${installer}`, { settings, address: proxy.address });
    proxy.seen.length = 0;
    const { installation } = await host.install('acme/tool@1.0.0');
    expect(packagesIn(host, installation.wanted)).toBe('acme-tool 1.0.0, acme_needed 2.0.0');
    expect(digestsOf(host, installation.wanted)[1]).toBe(needed.older.sha256);
    await commitSwitch(host, installation.id);
    await host.update('acme/tool');
    const { installations } = await commitSwitch(host, installation.id);
    const { current } = installations[installation.id]!;
    expect(packagesIn(host, current)).toBe('acme-tool 1.1.0, acme_needed 2.1.0');
    expect(digestsOf(host, current)[1]).toBe(needed.newer.sha256);
    expect(proxy.seen.filter((request) => request.includes('/pypi/'))).toEqual([]);
  });

  it('is refused when the lock or a file that it names was changed on its way', async () => {
    const settings = { installer };
    const host = await store.makeHost(`misled-${installer}`, { settings, address: proxy.address });
    for (const which of ['/pylock.toml', needed.older.filename]) {
      proxy.tamper = (path, body) =>
        path.endsWith(which)
          ? Buffer.from(body).fill('#', body.length >> 1, (body.length >> 1) + 1)
          : undefined;
      await expect(host.install('acme/tool@1.0.0')).rejects.toMatchObject({ code: 'artifact-tampered' });
    }
    // A true file of another version, as one would hand out that is known to be broken.
    const older = await fetch(
      `${store.address}/api/v1/artifacts/${needed.newer.sha256}/${needed.newer.filename}`,
    );
    const other = Buffer.from(await older.arrayBuffer());
    proxy.tamper = (path) => (path.endsWith(needed.older.filename) ? other : undefined);
    await expect(host.install('acme/tool@1.0.0')).rejects.toMatchObject({ code: 'artifact-tampered' });
    proxy.tamper = () => undefined;
    expect(await host.state()).toMatchObject({ installations: {}, pending: [] });
    expect(await store.listed(host)).toEqual([]);
  });
});
