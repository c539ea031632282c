import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { sha256Hex } from '#kernel';
import { switchRefused } from '#host';
import type { HostProgress } from '#host';
import { commitSwitch } from './host-folder.js';
import { describeInstalls } from './installers.js';
import { PluginStore } from './plugin-store.js';
import { TamperingProxy } from './tampering-proxy.js';

let store: PluginStore;
let proxy: TamperingProxy;
let archives = 0;
const which = { publisher: 'acme', plugin: 'tool', version: '1.0.0' };

beforeAll(async () => {
  store = await PluginStore.start();
  await store.publish({ version: '1.0.0' });
  proxy = await TamperingProxy.start(store.address);
});

afterAll(async () => {
  await proxy.close();
  await store.close();
});

const kindOf = (name: string): string =>
  ({ 'plugin.yaml': 'descriptor', 'manifest.json': 'manifest', 'manifest.jws': 'manifest-jws' })[name] ??
  (name.endsWith('.whl') ? 'wheel' : 'tarball');

/** As `mortise export` writes it; whoever changes what is in it changes its index too. */
async function exportTool(
  change: (name: string, bytes: Buffer) => Buffer = (_, bytes) => bytes,
): Promise<string> {
  const { client } = store;
  const jws = Buffer.from(await client.call('manifestSigned', which));
  const manifest = await client.call('manifestManifest', which);
  const { backend, frontend } = manifest.interfaces['default']!;
  const files: [string, Buffer][] = [
    ['plugin.yaml', Buffer.from(await client.call('getDescriptor', which))],
    ['manifest.json', Buffer.from(jws.toString().split('.')[1]!, 'base64url')],
    ['manifest.jws', jws],
  ];
  for (const { sha256, filename } of [...backend!.artifacts, frontend!.tarball])
    files.push([
      `artifacts/${filename}`,
      Buffer.from(await client.call('getArtifact', { sha256, filename })),
    ]);
  const tar = pack();
  const changed = files.map(([name, bytes]) => ({ name, bytes: change(name, bytes) }));
  const index = {
    schema_version: 1,
    plugin: 'acme/tool',
    version: '1.0.0',
    store: store.address,
    exported_at: new Date().toISOString(),
    files: changed.map(({ name, bytes }) => ({
      path: name,
      size: bytes.length,
      sha256: sha256Hex(bytes),
      kind: kindOf(name),
      own: true,
    })),
  };
  tar.entry({ name: 'mortise-export.json' }, JSON.stringify(index));
  for (const { name, bytes } of changed) tar.entry({ name }, bytes);
  tar.finalize();
  const path = join(store.folder, `${archives++}.tar`);
  await pipeline(tar, createWriteStream(path));
  return path;
}

/** Another byte in the middle. */
function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length >> 1]! ^= 1;
  return copy;
}

const away = () => 'cut' as const;

describeInstalls('an archive', () => {
  it('installs without the store, which hears of it and gives the plugin its key when it is back', async () => {
    const host = await store.makeHost('offline', { address: proxy.address });
    const archive = await exportTool();
    proxy.tamper = away;
    const { installation } = await host.installArchive(archive);
    expect(installation).toMatchObject({ plugin: 'acme/tool', key_id: null, wanted: { version: '1.0.0' } });
    expect((await host.state()).pending).toMatchObject([{ kind: 'register' }]);
    await commitSwitch(host, installation.id);
    proxy.tamper = (_path, _body, method) => (method === 'POST' ? 429 : undefined);
    expect(await host.tidy([])).toBe(false);
    proxy.tamper = () => undefined;
    expect(await host.tidy([])).toBe(true);
    const { installations, pending } = await host.state();
    expect(pending).toEqual([]);
    expect(await store.listed(host)).toMatchObject([{ id: installation.id, version: '1.0.0' }]);
    const key = readFileSync(host.folder.paths.keyFile(installation.id), 'utf8');
    expect(await host.checkPluginKey(key)).toMatchObject({
      isActive: true,
      keyId: installations[installation.id]?.key_id,
    });
    expect(await host.installArchive(archive)).toMatchObject({ outcome: 'unchanged' });
  });

  it('is tried again under the id that it has where it did not come up, whether or not the store knows it', async () => {
    const host = await store.makeHost('again', { address: proxy.address });
    const archive = await exportTool();
    const failure = { code: 'backend-failed', message: 'It fell over.', at: new Date().toISOString() };
    const again = async (id: string) => {
      await host.folder.changeState((state) => switchRefused(state, id, failure));
      return host.installArchive(archive);
    };
    proxy.tamper = away;
    const { installation } = await host.installArchive(archive);
    const { id } = installation;
    const same = { outcome: 'waiting', installation: { id, wanted: { version: '1.0.0' }, failure: null } };
    expect(await again(id)).toMatchObject(same);
    proxy.tamper = () => undefined;
    expect(await again(id)).toMatchObject(same);
    expect(await again(id)).toMatchObject(same);
    const { installations, pending } = await commitSwitch(host, id);
    expect(Object.values(installations)).toMatchObject([
      { id, current: { version: '1.0.0' }, failure: null, tell: null },
    ]);
    expect(pending).toEqual([]);
    expect(await store.listed(host)).toMatchObject([{ id, version: '1.0.0' }]);
    const key = readFileSync(host.folder.paths.keyFile(id), 'utf8');
    expect(await host.checkPluginKey(key)).toMatchObject({ isActive: true });
  }, 120_000);

  it('is refused when anything in it was changed, and nothing is left of it', async () => {
    const host = await store.makeHost('careful');
    const other = (ending: string) => (name: string, bytes: Buffer) =>
      name.endsWith(ending) ? flipped(bytes) : bytes;
    const codes = [];
    for (const ending of ['.whl', '.tgz', 'plugin.yaml', 'manifest.json', 'manifest.jws'])
      codes.push(await host.installArchive(await exportTool(other(ending))).catch((error: unknown) => error));
    expect(codes).toMatchObject([
      { code: 'artifact-tampered' },
      { code: 'artifact-tampered' },
      { code: 'artifact-tampered' },
      { code: 'artifact-tampered' },
      { code: 'signature-invalid' },
    ]);
    expect(await host.state()).toMatchObject({ installations: {}, pending: [] });
    expect(readdirSync(host.folder.paths.incoming)).toEqual([]);
    expect(await store.listed(host)).toEqual([]);
  });

  it('is refused where the store can be asked and has withdrawn the release', async () => {
    const host = await store.makeHost('withdrawn', { address: proxy.address });
    const archive = await exportTool();
    const admin = await store.asAdmin();
    await admin.call('quarantineRelease', { ...which, body: { reason: 'It steals.' } });
    await expect(host.installArchive(archive)).rejects.toMatchObject({ code: 'quarantined' });
    expect(await host.state()).toMatchObject({ installations: {}, pending: [] });
    // Installed while the store was away, it goes when the store is heard again, and who follows is told.
    proxy.tamper = away;
    const { installation } = await host.installArchive(archive);
    await commitSwitch(host, installation.id);
    proxy.tamper = () => undefined;
    // Whatever ends in the middle of that, somebody takes it away afterwards.
    const ends = ({ step }: HostProgress) => {
      if (step === 'remove') throw new Error('It ends here.');
    };
    await expect(host.follow(undefined, { onProgress: ends })).rejects.toThrow('It ends here.');
    expect((await host.state()).pending).toMatchObject([{ kind: 'register' }]);
    const warned: string[] = [];
    await host.follow(undefined, {
      onProgress: ({ step, what }) => void (step === 'warn' && warned.push(what)),
    });
    expect(warned).toEqual([expect.stringMatching(/^The store refuses acme\/tool 1\.0\.0, which is taken/)]);
    expect(await host.state()).toMatchObject({ installations: {}, pending: [] });
    await admin.call('liftReleaseQuarantine', which);
    await store.client.call('yankRelease', { ...which, body: { reason: 'It forgets.' } });
    await expect(host.installArchive(archive)).rejects.toMatchObject({ code: 'yanked' });
    expect(await host.installArchive(archive, { allowYanked: true })).toMatchObject({ outcome: 'waiting' });
    await store.client.call('unyankRelease', which);
  });

  it('that is none is told apart', async () => {
    const host = await store.makeHost('picky');
    await expect(host.installArchive(process.execPath)).rejects.toMatchObject({ code: 'archive-damaged' });
  });
});
