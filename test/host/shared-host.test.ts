import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createHost, Host, switchRefused } from '#host';
import type { HostProgress } from '#host';
import { buildNpmTarball } from '#testing';
import { commitSwitch, installServing } from './host-folder.js';
import { describeInstalls, installers } from './installers.js';
import { PluginStore } from './plugin-store.js';
import { TamperingProxy } from './tampering-proxy.js';

let store: PluginStore;

beforeAll(async () => {
  store = await PluginStore.start();
  await store.upload('acme_deeper', '1.0.0');
  await store.upload('acme_needed', '2.0.0', ['acme_deeper>=1']);
  await store.publish({ version: '1.0.0' });
  await store.publish({ version: '1.1.0', requires: ['acme_needed==2.0.0'] });
  await store.publish({ version: '1.2.0', requires: ['acme_missing==1.0.0'] });
});

afterAll(() => store.close());

const keyOf = (host: Host, id: string): string => readFileSync(host.folder.paths.keyFile(id), 'utf8');

/** Another machine of the same host. */
async function secondMachine(first: Host): Promise<Host> {
  const file = await first.folder.readHost();
  const hostKey = await first.folder.readHostKey();
  const { store: pinned, host } = file;
  return createHost(`${first.folder.paths.root}-second`, {
    store: pinned.address,
    keys: pinned.keys,
    host,
    hostKey,
  });
}

describeInstalls('two machines of one host', () => {
  it('follow one list, each with a key of its own', async () => {
    const first = await store.makeHost('machines');
    const second = await secondMachine(first);
    const installation = await installServing(first, 'acme/tool@1.0.0');
    const followed = await second.follow();
    expect(followed).toMatchObject({ wanted: [installation.id], removed: [], failed: [] });
    await commitSwitch(second, installation.id);
    const keys = [keyOf(first, installation.id), keyOf(second, installation.id)];
    expect(new Set(keys).size).toBe(2);
    for (const [at, host] of [first, second].entries())
      expect(await host.checkPluginKey(keys[at]!)).toMatchObject({ isActive: true });
    expect((await second.follow(followed.etag)).etag).toBeUndefined();

    await first.rotateKeys('acme/tool');
    expect(keyOf(first, installation.id)).not.toBe(keys[0]);
    expect(keyOf(second, installation.id)).toBe(keys[1]);
    expect(await second.checkPluginKey(keys[1]!)).toMatchObject({ isActive: true, expiresAt: null });

    await second.update('acme/tool@1.1.0');
    await commitSwitch(second, installation.id);
    expect((await first.follow()).wanted).toEqual([installation.id]);
    const { installations } = await commitSwitch(first, installation.id);
    expect(installations[installation.id]).toMatchObject({ current: { version: '1.1.0' }, tell: null });

    const [kept, own] = [first, second].map(({ folder }) => join(folder.paths.data(installation.id), 'kept'));
    for (const path of [kept!, own!]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, 'the only copy');
    }
    await second.remove('acme/tool');
    expect(existsSync(own!)).toBe(false);
    expect(await first.follow()).toMatchObject({ removed: [{ id: installation.id, version: '1.1.0' }] });
    expect((await first.state()).installations).toEqual({});
    // Nobody here asked for it: the store's list may have come back from a backup.
    await first.tidy([]);
    expect(readFileSync(kept!, 'utf8')).toBe('the only copy');
    const longAgo = new Date(Date.now() - 31 * 24 * 3_600_000);
    utimesSync(dirname(kept!), longAgo, longAgo);
    await first.tidy([]);
    expect(existsSync(kept!)).toBe(false);
  });

  it('both get what both install', async () => {
    const first = await store.makeHost('both');
    const second = await secondMachine(first);
    const [one, other] = await Promise.all([
      first.install('acme/tool@1.0.0'),
      second.install('acme/tool@1.0.0'),
    ]);
    expect(one.installation.id).toBe(other.installation.id);
    expect(await store.listed(first)).toHaveLength(1);
    for (const host of [first, second])
      expect(await host.checkPluginKey(keyOf(host, one.installation.id))).toMatchObject({ isActive: true });
  });
});

describeInstalls('two installs at once on one folder', () => {
  it('take turns, and both are done', async () => {
    const host = await store.makeHost('turns');
    const again = await Host.open(host.folder.paths.root);
    const seen: HostProgress['step'][] = [];
    const onProgress = ({ step }: HostProgress): void => void seen.push(step);
    const outcomes = await Promise.all([
      host.install('acme/tool@1.0.0', { onProgress }),
      again.install('acme/tool@1.1.0', { onProgress }),
      again.install('acme/tool@1.0.0', { onProgress }),
    ]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['unchanged', 'waiting', 'waiting']);
    expect(seen).toContain('wait');
    const both = Object.values((await host.state()).installations);
    expect(both).toHaveLength(2);
    // Each is pinned, and its plugin's name alone lets go of neither.
    const reason = (id: string) => expect.stringContaining(`\`mortise update ${id}\` follows what is newer`);
    expect(await host.update('acme/tool')).toMatchObject(
      both.map(({ id }) => ({ installation: id, outcome: 'pinned', reason: reason(id) })),
    );
    const first = both.find(({ wanted }) => wanted?.version === '1.0.0')!;
    expect(await host.install('acme/tool@~1.0.0')).toMatchObject({
      outcome: 'unchanged',
      reason: `it is pinned; \`mortise update '${first.id}@~1.0.0'\` follows that range.`,
    });
    await host.update(`${first.id}@~1.0.0`);
    expect(await host.install('acme/tool@~1.0.0')).not.toHaveProperty('reason');
    // What follows what is asked for is it, rather than what is pinned beside it.
    expect(await host.install('acme/tool')).toMatchObject({ version: '1.0.0' });
    await host.install('acme/tool@1.0.0');
    expect(await host.install('acme/tool')).toMatchObject({
      outcome: 'unchanged',
      reason: expect.stringMatching(/^it is pinned; `mortise update [-0-9a-f]{36}` follows what is newer/),
    });
  });
});

describeInstalls.each(installers)('what a plugin needs, with %s,', (installer) => {
  it('comes from the store alone, is frozen by digest, and its lack is told', async () => {
    const host = await store.makeHost(`needs-${installer}`, { settings: { installer } });
    const { installation } = await host.install('acme/tool@1.1.0');
    const release = installation.wanted!;
    const python = join(host.folder.paths.environment(release), 'bin', 'python');
    const script = 'import acme_needed, acme_deeper; print(acme_needed.version, acme_deeper.version)';
    expect(execFileSync(python, ['-c', script], { encoding: 'utf8' }).trim()).toBe('2.0.0 1.0.0');
    const frozen = readFileSync(join(host.folder.paths.release(release), 'requirements.txt'), 'utf8');
    expect(frozen.match(/--hash=sha256:[0-9a-f]{64}\n/g)).toHaveLength(3);
    await expect(host.install('acme/tool@1.2.0')).rejects.toMatchObject({
      code: 'dependencies-unresolved',
      message: expect.stringMatching(/acme[-_]missing/),
    });
    expect(await store.listed(host)).toHaveLength(1);
  });
});

const publishPage = (version: string) => {
  const descriptor = `name: Page
version: ${version}
interfaces:
  default:
    frontend: {package: "@acme/page", version: ${version}, component: Panel}
    form: [{type: integer, name: keep_days, label: Keep for}]
`;
  const manifest = { name: '@acme/page', version, module: 'dist/index.js' };
  return store.publishRelease(descriptor, [[`acme-page-${version}.tgz`, buildNpmTarball({ manifest })]]);
};

describeInstalls('a plugin that the host trusts less from now on', () => {
  it('is told to the store with the switch, and other machines follow', async () => {
    await publishPage('2.0.0');
    const host = await store.makeHost('less');
    const installation = await installServing(host, 'acme/page@2.0.0');
    await expect(host.install('acme/page@2.0.0', { trust: 'untrusted' })).rejects.toMatchObject({
      code: 'already-installed',
    });
    const [result] = await host.update('acme/page', { trust: 'untrusted' });
    expect(result).toMatchObject({ outcome: 'waiting', to: '2.0.0' });
    const { installations } = await commitSwitch(host, installation.id);
    expect(installations[installation.id]).toMatchObject({
      trust: 'untrusted',
      current: { isolation: 'container' },
      tell: null,
    });
    expect(await store.listed(host)).toMatchObject([{ trust: 'untrusted' }]);
  });

  it('is not trusted more again by a rollback', async () => {
    await publishPage('2.1.0');
    const host = await store.makeHost('back');
    const installation = await installServing(host, 'acme/page@2.0.0');
    await host.update('acme/page', { trust: 'untrusted' });
    await host.update('acme/page@2.1.0');
    const wanted = { version: '2.0.0', isolation: 'container' };
    await host.rollback('acme/page');
    expect((await host.state()).installations[installation.id]).toMatchObject({ wanted });
    await host.update('acme/page@2.1.0');
    await commitSwitch(host, installation.id);
    await host.rollback('acme/page');
    expect((await host.state()).installations[installation.id]).toMatchObject({ wanted });
  });

  it('is refused where there is nothing to run containers with', async () => {
    await store.publish({ version: '2.0.0', form: true });
    const host = await store.makeHost('bare', { settings: { container_command: 'no-such-engine' } });
    await expect(host.install('acme/tool@2.0.0', { trust: 'untrusted' })).rejects.toMatchObject({
      code: 'container-unavailable',
    });
    expect(await store.listed(host)).toEqual([]);
  });
});

describeInstalls('an update that fails', () => {
  it('leaves what serves, says why, and the publisher hears of it', async () => {
    const host = await store.makeHost('fails');
    const installation = await installServing(host, 'acme/tool@1.0.0');
    const [result] = await host.update('acme/tool@1.2.0');
    expect(result).toMatchObject({ outcome: 'failed', code: 'dependencies-unresolved' });
    const state = await host.state();
    expect(state.installations[installation.id]).toMatchObject({
      current: { version: '1.0.0' },
      wanted: null,
      failure: { version: '1.2.0', code: 'dependencies-unresolved' },
    });
    expect(await store.listed(host)).toMatchObject([{ version: '1.0.0' }]);
    const reports = await store.client.call('reportsOfPlugin', { publisher: 'acme', plugin: 'tool' });
    expect(reports.items[0]).toMatchObject({ kind: 'failed' });
    expect(await host.update('acme/tool@1.0.0')).toMatchObject([{ outcome: 'unchanged' }]);
    expect((await host.state()).installations[installation.id]).toMatchObject({ failure: null });
    await expect(host.update('acme/tool@9.0.0')).resolves.toMatchObject([{ outcome: 'failed' }]);
    expect((await host.state()).installations[installation.id]).toMatchObject({ failure: null });
  });

  it('by the agent’s word is not told to the store as done', async () => {
    const host = await store.makeHost('unhealthy');
    const installation = await installServing(host, 'acme/tool@1.0.0');
    await host.update('acme/tool@1.1.0');
    const failure = { code: 'backend-failed', message: 'It did not answer.' };
    const at = new Date().toISOString();
    const { installations } = await host.folder.changeState((state) =>
      switchRefused(state, installation.id, { ...failure, at }),
    );
    expect(installations[installation.id]).toMatchObject({
      current: { version: '1.0.0' },
      wanted: null,
      failure,
    });
    await host.tidy([]);
    expect(await store.listed(host)).toMatchObject([{ version: '1.0.0' }]);
  });
});

describeInstalls('what passes, or lies with one machine,', () => {
  it('is no failure of the release: it is tried again, and the publisher hears nothing', async () => {
    const proxy = await TamperingProxy.start(store.address);
    try {
      const first = await store.makeHost('passing', { address: proxy.address });
      const second = await secondMachine(first);
      const { id } = await installServing(first, 'acme/tool@1.0.0');
      await second.follow();
      await commitSwitch(second, id);
      const failures = async () => {
        const client = await store.clientOf(first);
        const { items } = await client.call('reportsList', { installation: id });
        const here = [await first.state(), await second.state()].map((one) => one.installations[id]!.failure);
        return [...here, ...items];
      };
      proxy.tamper = (path) => (path.includes('/manifest') ? 500 : undefined);
      expect(await first.update('acme/tool@1.1.0')).toMatchObject([{ outcome: 'failed', code: 'tampered' }]);
      expect(await failures()).toEqual([null, null]);
      proxy.tamper = () => undefined;
      await first.update('acme/tool@1.1.0');
      await commitSwitch(first, id);

      proxy.tamper = (path) => (path.includes('/manifest') ? 500 : undefined);
      expect((await second.follow()).failed).toMatchObject([{ installation: id, code: 'tampered' }]);
      proxy.tamper = () => undefined;
      const file = await second.folder.readHost();
      const { python } = file.settings;
      const reopen = async (name: string) => {
        await second.folder.writeHost({ ...file, settings: { ...file.settings, python: name } });
        return Host.open(second.folder.paths.root);
      };
      const { failed } = await (await reopen('no-such-python')).follow();
      expect(failed).toMatchObject([{ installation: id, code: 'program-missing' }]);
      expect(await failures()).toEqual([null, null]);
      expect((await (await reopen(python)).follow()).wanted).toEqual([id]);
    } finally {
      await proxy.close();
    }
  }, 60_000);

  it('is told as what it is where the store goes away while packages are looked up', async () => {
    const proxy = await TamperingProxy.start(store.address);
    try {
      const host = await store.makeHost('away-midway', { address: proxy.address });
      const installation = await installServing(host, 'acme/tool@1.0.0');
      let isAway = false;
      proxy.tamper = (path) => {
        isAway ||= path.startsWith('/pypi/simple/');
        return isAway ? 503 : undefined;
      };
      const failed = await host.update('acme/tool@1.1.0').catch((error: unknown) => [error]);
      expect(failed).toMatchObject([{ code: 'tampered' }]);
      proxy.tamper = () => undefined;
      expect((await host.state()).installations[installation.id]).toMatchObject({ failure: null });
      expect(await host.update('acme/tool@1.1.0')).toMatchObject([{ outcome: 'waiting', to: '1.1.0' }]);
    } finally {
      await proxy.close();
    }
  });
});

describeInstalls('a store that goes away midway', () => {
  it('leaves nothing here, and nothing there once it is back', async () => {
    const proxy = await TamperingProxy.start(store.address);
    try {
      const host = await store.makeHost('away', { address: proxy.address });
      proxy.tamper = (path, _body, method) =>
        path.includes('/artifacts/') || method === 'DELETE' ? 'cut' : undefined;
      await expect(host.install('acme/tool@1.0.0')).rejects.toMatchObject({ name: 'StoreUnreachable' });
      expect((await host.state()).pending).toHaveLength(1);
      proxy.tamper = () => undefined;
      expect(await host.tidy([])).toBe(true);
      expect((await host.state()).pending).toEqual([]);
      expect(await store.listed(host)).toEqual([]);
      expect(await host.install('acme/tool@1.0.0')).toMatchObject({ outcome: 'waiting' });
    } finally {
      await proxy.close();
    }
  });
});

describeInstalls('a release that is damaged on the disk', () => {
  it('is found by its digests, and built again from the store', async () => {
    const host = await store.makeHost('damaged');
    const installation = await installServing(host, 'acme/tool@1.0.0');
    const findings = async () => (await host.examine()).find(({ name }) => name === 'releases')!;
    expect(await findings()).toMatchObject({ state: 'good' });
    const web = host.folder.paths.web('acme/tool', '1.0.0', '@acme/tool');
    writeFileSync(join(web, 'dist/index.js'), 'alert(1)');
    expect(await findings()).toMatchObject({
      state: 'bad',
      message: expect.stringContaining('mortise repair acme/tool'),
    });
    rmSync(host.folder.paths.environment(installation.current!), { recursive: true });
    expect(await host.repair()).toMatchObject([{ to: '1.0.0', outcome: 'waiting' }]);
    await commitSwitch(host, installation.id);
    expect(await findings()).toMatchObject({ state: 'good' });
    expect(await host.repair()).toEqual([]);
  });

  it('stays as it is until what replaces it is here', async () => {
    const proxy = await TamperingProxy.start(store.address);
    try {
      const host = await store.makeHost('damaged-away', { address: proxy.address });
      await installServing(host, 'acme/tool@1.0.0');
      const dist = join(host.folder.paths.web('acme/tool', '1.0.0', '@acme/tool'), 'dist');
      writeFileSync(join(dist, 'index.js'), 'alert(1)');
      proxy.tamper = (path) => (path.includes('.tgz') ? 'cut' : undefined);
      await expect(host.repair()).rejects.toMatchObject({ name: 'StoreUnreachable' });
      expect(readdirSync(dist)).toContain('style.css');
      proxy.tamper = () => undefined;
      expect(await host.repair()).toMatchObject([{ outcome: 'waiting' }]);
      expect(readFileSync(join(dist, 'index.js'), 'utf8')).toContain('1.0.0');
    } finally {
      await proxy.close();
    }
  }, 60_000);

  it('is so too where it is kept for a rollback, which then serves what was built', async () => {
    const host = await store.makeHost('damaged-before');
    const { installation } = await host.install('acme/tool@1.0.0');
    await commitSwitch(host, installation.id);
    await host.update('acme/tool@1.1.0');
    const { installations } = await commitSwitch(host, installation.id);
    const kept = installations[installation.id]!.previous!;
    rmSync(host.folder.paths.environment(kept), { recursive: true });
    expect(await host.examine()).toContainEqual({
      name: 'releases',
      state: 'bad',
      message: expect.stringContaining('acme/tool 1.0.0 is damaged'),
    });
    expect(await host.repair()).toMatchObject([{ to: '1.0.0', outcome: 'kept' }]);
    expect(await host.repair()).toEqual([]);
    const { previous, current } = (await host.state()).installations[installation.id]!;
    expect([previous, current]).toMatchObject([{ version: '1.0.0' }, { version: '1.1.0' }]);
    expect(previous?.folder).not.toBe(kept.folder);
    expect(existsSync(host.folder.paths.environment(previous!))).toBe(true);
  });
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/bin/mount');

(canMount ? describeInstalls : describe.skip)('a disk that fills up', () => {
  it('is a refusal that changes nothing', async () => {
    const disk = join(store.folder, 'small-disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
    try {
      const made = await store.makeHost('roomy');
      const file = await made.folder.readHost();
      const host = await createHost(join(disk, 'host'), {
        store: file.store.address,
        keys: file.store.keys,
        host: file.host,
        hostKey: await made.folder.readHostKey(),
      });
      for (const left of [0, 8, 64]) {
        const { bavail, bsize } = statfsSync(disk);
        writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize - left * 1024));
        expect(host.folder.hasAgent()).toBe(false);
        await expect(host.install('acme/tool@1.0.0')).rejects.toMatchObject({ code: 'disk-full' });
        rmSync(join(disk, 'filler'));
      }
      await host.tidy([]);
      expect(await host.state()).toMatchObject({ installations: {}, pending: [] });
      expect(await store.listed(host)).toEqual([]);
      expect(readdirSync(host.folder.paths.incoming)).toEqual([]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
