import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreClient } from '#client';
import { switchRefused, withInstallation } from '#host';
import type { Host, HostProgress, InstalledRelease } from '#host';
import { mortiseBin } from '../cli/mortise.js';
import { commitSwitch, installServing, pythonSays } from './host-folder.js';
import { describeInstalls, installers } from './installers.js';
import { PluginStore } from './plugin-store.js';
import { TamperingProxy } from './tampering-proxy.js';

let store: PluginStore;

beforeAll(async () => {
  store = await PluginStore.start();
  await store.publish({ version: '1.0.0' });
  await store.publish({ version: '1.1.0' });
});

afterAll(() => store.close());

/** What the plugin in that release's environment says that it is. */
const versionIn = (host: Host, release: InstalledRelease | null): string =>
  pythonSays(host, release, 'from acme_tool import Plugin; print(Plugin().version())');

describeInstalls('mortise init that hears no answer', () => {
  it('finds the host that it made when it is done again, and ends the key that got lost', async () => {
    const proxy = await TamperingProxy.start(store.address);
    let lost: string | undefined;
    proxy.tamper = (path, body, method) => {
      if (method !== 'POST' || path !== '/api/v1/hosts') return undefined;
      lost ??= (JSON.parse(String(body)) as { key?: string }).key;
      return 'cut';
    };
    const made = async () =>
      (await store.client.call('hostsList')).items.filter(({ name }) => name === 'begun');
    try {
      await expect(store.initHost('begun', proxy.address)).rejects.toMatchObject({
        name: 'StoreUnreachable',
      });
      expect(await made()).toHaveLength(1);
      proxy.tamper = () => undefined;
      const host = await store.initHost('begun', proxy.address);
      expect(await made()).toMatchObject([{ id: (await host.folder.readHost()).host.id }]);
      expect(await store.listed(host)).toEqual([]);
      const loser = new StoreClient({ address: store.address, credential: lost ?? '' });
      await expect(loser.call('hostsMe')).rejects.toMatchObject({ status: 401 });
    } finally {
      await proxy.close();
    }
  });
});

describeInstalls('mortise init twice at once for one folder', () => {
  it('makes one host, whose key holds', async () => {
    const tries = await Promise.allSettled([1, 2].map(() => store.initHost('twice', store.address)));
    const [made] = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const [refused] = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(refused).toMatchObject({ code: 'host-folder-exists' });
    expect(await store.listed(made!)).toEqual([]);
    const { items } = await store.client.call('hostsList');
    expect(items.filter(({ name }) => name === 'twice')).toHaveLength(1);
  });
});

describeInstalls.each(installers)('mortise with %s', (installer) => {
  it('installs a plugin whole: environment, front end, key', async () => {
    const host = await store.makeHost(`whole-${installer}`, { settings: { installer } });
    const { installation, outcome } = await host.install('acme/tool@1.0.0');
    expect(outcome).toBe('waiting');
    expect(versionIn(host, installation.wanted)).toBe('1.0.0');
    const { paths } = host.folder;
    const web = paths.web('acme/tool', '1.0.0', '@acme/tool');
    expect(readFileSync(join(web, 'dist/index.js'), 'utf8')).toContain('1.0.0');
    expect(statSync(paths.keyFile(installation.id)).mode & 0o777).toBe(0o600);
    const key = readFileSync(paths.keyFile(installation.id), 'utf8');
    expect(await host.checkPluginKey(key)).toMatchObject({
      isActive: true,
      plugin: 'acme/tool',
      permissions: ['clusters:read'],
      keyId: installation.key_id,
    });
    expect((await host.state()).pending).toEqual([]);
    expect(await store.listed(host)).toMatchObject([{ id: installation.id, version: '1.0.0' }]);
    expect(await host.install('acme/tool@1.0.0')).toMatchObject({ outcome: 'unchanged' });

    await commitSwitch(host, installation.id);
    const [updated] = await host.update('acme/tool');
    expect(updated).toMatchObject({ from: '1.0.0', to: '1.1.0', outcome: 'waiting' });
    expect(await store.listed(host)).toMatchObject([{ version: '1.0.0' }]);
    const { installations } = await commitSwitch(host, installation.id);
    const now = installations[installation.id]!;
    expect([versionIn(host, now.current), versionIn(host, now.previous)]).toEqual(['1.1.0', '1.0.0']);
    expect(await store.listed(host)).toMatchObject([{ version: '1.1.0' }]);

    await host.rollback('acme/tool');
    await commitSwitch(host, installation.id);
    expect(await store.listed(host)).toMatchObject([{ version: '1.0.0' }]);
    expect(await host.update()).toMatchObject([{ from: '1.0.0', to: '1.1.0', outcome: 'pinned' }]);

    expect(await host.remove('acme/tool')).toEqual([installation.id]);
    expect(await store.listed(host)).toEqual([]);
    expect(existsSync(paths.keyFolder(installation.id))).toBe(false);
    expect(existsSync(web)).toBe(false);
    expect([paths.releases, paths.webRoot].flatMap((path) => readdirSync(path))).toEqual([]);
  });
});

describeInstalls('what is kept for a rollback', () => {
  it('does not serve again where the store says that it is quarantined', async () => {
    const host = await store.makeHost('kept');
    const installation = await installServing(host, 'acme/tool@1.0.0');
    await host.update('acme/tool@1.1.0');
    await commitSwitch(host, installation.id);
    const admin = await store.asAdmin();
    const release = { publisher: 'acme', plugin: 'tool', version: '1.0.0' };
    await admin.call('quarantineRelease', { ...release, body: { reason: 'It steals.' } });
    try {
      await expect(host.rollback('acme/tool')).rejects.toMatchObject({ code: 'quarantined' });
      expect(await host.update('acme/tool@1.0.0')).toMatchObject([
        { outcome: 'failed', code: 'quarantined' },
      ]);
      expect((await host.state()).installations[installation.id]).toMatchObject({
        current: { version: '1.1.0' },
        wanted: null,
        failure: null,
      });
    } finally {
      await admin.call('liftReleaseQuarantine', release);
    }
    expect(await host.rollback('acme/tool')).toMatchObject([{ to: '1.0.0', outcome: 'waiting' }]);
  });
});

describeInstalls('an update that waits for the agent', () => {
  it('is what a rollback undoes, and the next one asks for it again', async () => {
    const host = await store.makeHost('waiting');
    const installation = await installServing(host, 'acme/tool@1.0.0');
    const now = async () => (await host.state()).installations[installation.id];
    await host.update('acme/tool@1.1.0');
    const back = { from: '1.1.0', to: '1.0.0', outcome: 'waiting' };
    expect(await host.rollback('acme/tool')).toMatchObject([back]);
    const undone = await commitSwitch(host, installation.id);
    const one = { current: { version: '1.0.0' }, wanted: null, previous: null, pinned: true, tell: null };
    expect(undone.installations[installation.id]).toMatchObject(one);
    expect(await store.listed(host)).toMatchObject([{ version: '1.0.0' }]);

    await host.update('acme/tool');
    await commitSwitch(host, installation.id);
    const wished = [await host.rollback('acme/tool'), await host.rollback('acme/tool')];
    expect(wished).toMatchObject([[{ to: '1.0.0' }], [{ to: '1.1.0' }]]);
    expect(await now()).toMatchObject({ current: { version: '1.1.0' }, previous: { version: '1.0.0' } });
  });

  it('is told of when it failed to start before', async () => {
    const host = await store.makeHost('failed-before');
    const installation = await installServing(host, 'acme/tool@1.0.0');
    await host.update('acme/tool@1.1.0');
    const failure = { code: 'backend-failed', message: 'It fell over.', at: new Date().toISOString() };
    await host.folder.changeState((state) => switchRefused(state, installation.id, failure));
    expect(await host.update('acme/tool')).toMatchObject([
      { to: '1.1.0', outcome: 'waiting', reason: expect.stringContaining('It fell over.') },
    ]);
  });
});

describeInstalls('a first installation that did not come up', () => {
  it('is tried again under its own id when it is asked for again, in whichever version', async () => {
    const host = await store.makeHost('failed-first');
    const { installation } = await host.install('acme/tool@1.0.0');
    const failure = { code: 'backend-failed', message: 'It fell over.', at: new Date().toISOString() };
    const fail = () => host.folder.changeState((state) => switchRefused(state, installation.id, failure));
    for (const version of ['1.0.0', '1.1.0']) {
      await fail();
      expect(await host.install(`acme/tool@${version}`)).toMatchObject({
        outcome: 'waiting',
        version,
        installation: { id: installation.id },
      });
    }
    const { installations } = await commitSwitch(host, installation.id);
    expect(Object.values(installations)).toMatchObject([{ current: { version: '1.1.0' }, failure: null }]);
    expect(await store.listed(host)).toMatchObject([{ id: installation.id, version: '1.1.0' }]);
  });

  it('is tried again as it was where no version is named, and in another where a newer one fits or that one was yanked', async () => {
    const host = await store.makeHost('failed-as-it-was');
    const { installation } = await host.install('acme/tool@~1.0.0');
    const failure = { code: 'backend-failed', message: 'It fell over.', at: new Date().toISOString() };
    const again = async (wish: string, options = {}) => {
      await host.folder.changeState((state) => switchRefused(state, installation.id, failure));
      await host.install(wish, options);
      return (await host.state()).installations[installation.id];
    };
    const first = { wanted: { version: '1.0.0' }, channel: null };
    expect(await again('acme/tool')).toMatchObject({ ...first, range: '~1.0.0', pinned: false });
    const range = '^1.0.0';
    await host.folder.changeState((state) =>
      withInstallation(state, installation.id, (one) => ({ ...one, range })),
    );
    expect(await again('acme/tool')).toMatchObject({ wanted: { version: '1.1.0' }, range, pinned: false });
    await again('acme/tool@1.0.0');
    const warned: string[] = [];
    const onProgress = ({ step, what }: HostProgress) => void (step === 'warn' && warned.push(what));
    expect(await again('acme/tool', { onProgress })).toMatchObject({ ...first, range: null, pinned: true });
    expect(warned).toEqual([expect.stringContaining('`mortise install acme/tool@1.1.0` has the newest')]);

    const release = { publisher: 'acme', plugin: 'tool', version: '1.0.0' };
    await store.client.call('yankRelease', { ...release, body: { reason: 'It forgets.' } });
    try {
      await expect(again('acme/tool@1.0.0')).rejects.toMatchObject({
        code: 'yanked',
        message: expect.stringContaining('It forgets.'),
      });
      expect(await again('acme/tool@1.0.0', { allowYanked: true })).toMatchObject(first);
      expect(await again('acme/tool', { allowYanked: true })).toMatchObject(first);
      expect(await again('acme/tool')).toMatchObject({ wanted: { version: '1.1.0' }, pinned: false });
    } finally {
      await store.client.call('unyankRelease', release);
    }
  });
});

describeInstalls('what an installation follows from now on', () => {
  it('is told to the store too where nothing else changes, and its list does not undo it', async () => {
    const host = await store.makeHost('follows');
    const { installation } = await host.install('acme/tool@~1.1.0');
    const told = async () => (await store.listed(host))[0];
    const here = async () => {
      await host.follow();
      return (await host.state()).installations[installation.id];
    };
    expect(await told()).toMatchObject({ range: '~1.1.0' });
    await host.update('acme/tool@^1.1.0');
    await commitSwitch(host, installation.id);
    expect(await told()).toMatchObject({ range: '^1.1.0' });
    expect(await host.update('acme/tool@latest')).toMatchObject([{ outcome: 'unchanged' }]);
    expect(await told()).toMatchObject({ version: '1.1.0', range: null });
    expect(await here()).toMatchObject({ range: null, tell: null });
    await host.update('acme/tool@^1');
    expect(await told()).toMatchObject({ range: '^1' });
    expect(await host.install('acme/tool@1.1.0')).toMatchObject({ outcome: 'unchanged' });
    expect(await told()).toMatchObject({ range: null });
    expect(await here()).toMatchObject({ range: null, pinned: true });
  });
});

describeInstalls('an exact version', () => {
  it('is a pin until the plugin is named, and the address of its manifest is none', async () => {
    const host = await store.makeHost('exact');
    const installation = await installServing(host, 'acme/tool@1.0.0');
    const pinned = {
      outcome: 'pinned',
      from: '1.0.0',
      reason: expect.stringContaining('`mortise update acme/tool`'),
    };
    expect(await host.update()).toMatchObject([pinned]);
    expect(await host.update('acme/tool')).toMatchObject([{ outcome: 'waiting' }]);
    expect((await commitSwitch(host, installation.id)).installations[installation.id]?.pinned).toBe(false);
    await host.update('acme/tool@1.0.0');
    await commitSwitch(host, installation.id);
    expect(await host.update()).toMatchObject([pinned]);
    await host.remove('acme/tool');
    const manifest = `${store.address}/api/v1/plugins/acme/tool/versions/1.0.0/manifest`;
    await installServing(host, manifest);
    expect(await host.update()).toMatchObject([{ outcome: 'waiting', from: '1.0.0' }]);
  });
});

describeInstalls('a plugin that is here in two versions', () => {
  it('does not go to the one that the other has, which the store would refuse afterwards', async () => {
    const host = await store.makeHost('beside');
    const installation = await installServing(host, 'acme/tool@1.0.0');
    await host.update('acme/tool');
    await commitSwitch(host, installation.id);
    const beside = await installServing(host, 'acme/tool@1.0.0');

    expect(await host.update()).toEqual([]);
    await expect(host.rollback('Acme/Tool')).rejects.toMatchObject({ code: 'already-installed' });
    for (const wish of ['acme/tool@1.0.0', 'acme/tool@^1.0', 'acme/tool@latest'])
      await expect(host.update(wish)).rejects.toMatchObject({ code: 'several-installed' });
    const [refused] = await host.update(`${installation.id}@1.0.0`);
    expect(refused).toMatchObject({ outcome: 'failed', code: 'already-installed' });
    const { installations } = await host.state();
    expect(installations[installation.id]).toMatchObject({
      current: { version: '1.1.0' },
      wanted: null,
      tell: null,
    });

    await expect(host.remove('acme/tool')).rejects.toMatchObject({ code: 'several-installed' });
    expect(Object.keys((await host.state()).installations)).toHaveLength(2);
    await expect(host.remove('acme/tool@1.0.1')).rejects.toMatchObject({ code: 'wish-unclear' });
    expect(await host.remove('acme/tool@1.0.0')).toEqual([beside.id]);
    expect(await host.rollback('acme/tool@1.1.0')).toMatchObject([{ to: '1.0.0', outcome: 'waiting' }]);
  });

  it('goes back where there is something to go back to', async () => {
    const host = await store.makeHost('several');
    const installation = await installServing(host, 'acme/tool@1.0.0');
    await store.publish({ version: '1.2.0' });
    await host.update('acme/tool');
    await commitSwitch(host, installation.id);
    await installServing(host, 'acme/tool@1.1.0');
    expect(await host.rollback('acme/tool')).toMatchObject([
      { installation: installation.id, to: '1.0.0', outcome: 'waiting' },
    ]);
  });

  it('is updated one by one, by the id of an installation', async () => {
    await store.publish({ version: '1.3.0' });
    const host = await store.makeHost('one-by-one');
    const { installation: old } = await host.install('acme/tool@1.0.0');
    const { installation: other } = await host.install('acme/tool@1.1.0');
    for (const { id } of [old, other]) await commitSwitch(host, id);
    expect(await host.update(`${other.id}@1.3.0`)).toMatchObject([
      { installation: other.id, from: '1.1.0', to: '1.3.0', outcome: 'waiting' },
    ]);
    const { installations } = await commitSwitch(host, other.id);
    expect(installations[old.id]).toMatchObject({ current: { version: '1.0.0' }, wanted: null });
    await host.folder.changeState((state) =>
      withInstallation(state, old.id, (one) => ({ ...one, pinned: false })),
    );
    expect(await host.update()).toMatchObject([
      { installation: old.id, from: '1.0.0', to: '1.3.0', outcome: 'beside' },
    ]);
    await expect(host.update('5a1f1c52-3f0e-4b4f-8a53-0d1f6f0f9a01')).rejects.toMatchObject({
      code: 'not-installed',
    });
  });
});

describeInstalls('a second version', () => {
  it('is said to be beside the first', async () => {
    const host = await store.makeHost('side-by-side');
    await host.install('acme/tool@1.0.0');
    const line = ['install', 'acme/tool@1.1.0', '--folder', host.folder.paths.root];
    const { stdout } = spawnSync(process.execPath, [mortiseBin, ...line], { encoding: 'utf8' });
    expect(stdout).toMatch(/^acme\/tool 1\.1\.0 is ready.*\nacme\/tool 1\.0\.0 stays beside it/);
  });
});

describeInstalls('what is here already', () => {
  it('is left as it is when it is asked for again, in whatever words', async () => {
    const host = await store.makeHost('again');
    const { installation } = await host.install('acme/tool@1.0.0');
    const before = await host.state();
    for (const wish of ['acme/tool', 'acme/tool@1.0.0', 'acme/tool@^1.0', 'Acme/Tool@latest'])
      expect(await host.install(wish)).toMatchObject({
        outcome: 'unchanged',
        version: '1.0.0',
        installation: { id: installation.id },
      });
    expect(await host.state()).toEqual(before);
    expect(await store.listed(host)).toHaveLength(1);
  });

  it('is pinned from when its exact version is asked for', async () => {
    const host = await store.makeHost('pinned-later');
    const { installation, version } = await host.install('acme/tool');
    const reason = expect.stringContaining('pinned from now on');
    const pinned = async () => (await host.state()).installations[installation.id]?.pinned;
    expect(await host.install(`acme/tool@${version}`)).toMatchObject({ outcome: 'unchanged', reason });
    expect(await pinned()).toBe(true);
    await host.update('acme/tool');
    expect(await pinned()).toBe(false);
    await commitSwitch(host, installation.id);
    expect(await host.update(`acme/tool@${version}`)).toMatchObject([{ outcome: 'unchanged', reason }]);
    expect(await pinned()).toBe(true);
  });

  it('is told apart from a version that there is not, which is refused with those that there are', async () => {
    const host = await store.makeHost('nine');
    const noNine = {
      code: 'no-suitable-version',
      message: expect.stringMatching(/There are .*1\.1\.0, 1\.0\.0/),
    };
    await expect(host.install('acme/tool@9')).rejects.toMatchObject(noNine);
    await host.install('acme/tool@1.0.0');
    await expect(host.install('acme/tool@9')).rejects.toMatchObject(noNine);
    await expect(host.update('acme/tool@9')).rejects.toMatchObject(noNine);
    await expect(host.install('acme/tool@~1.1.0')).rejects.toMatchObject({
      code: 'already-installed',
      message: expect.stringContaining('`mortise update acme/tool@~1.1.0`'),
    });
  });
});

describeInstalls('what a release requires of its host', () => {
  beforeAll(async () => {
    await store.publish({ version: '2.0.0', galaxy: '>=25' });
    await store.publish({ version: '2.1.0', galaxy: '<25' });
  });

  it('is held at installation and update, unless it is passed over', async () => {
    const host = await store.makeHost('galaxy-25', { about: { kind: 'Galaxy', version: '25.0' } });
    const unsuitable = {
      code: 'host-unsuitable',
      message: expect.stringContaining('acme/tool 2.1.0 requires galaxy <25, and this host is Galaxy 25.0.'),
    };
    await expect(host.install('acme/tool@2.1.0')).rejects.toMatchObject(unsuitable);
    const { installation, version } = await host.install('acme/tool');
    expect(version).toBe('2.0.0');
    await commitSwitch(host, installation.id);
    const before = await host.state();
    const [refused] = await host.update('acme/tool@2.1.0');
    const { code, message: reason } = unsuitable;
    expect(refused).toMatchObject({ outcome: 'failed', code, reason });
    expect((await host.state()).installations[installation.id]).toMatchObject({
      current: before.installations[installation.id]!.current,
      wanted: null,
    });
    expect(await host.update('acme/tool@2.1.0', { ignoreRequires: true })).toMatchObject([
      { to: '2.1.0', outcome: 'waiting' },
    ]);
    await commitSwitch(host, installation.id);
    expect(await store.listed(host)).toMatchObject([{ version: '2.1.0' }]);
  });

  it('leaves the newest that suits to a range and to the latest, for an update as for an installation', async () => {
    const about = { kind: 'galaxy', version: '25.0' };
    const installed = await store.makeHost('ranged', { about });
    expect(await installed.install('acme/tool@^2')).toMatchObject({ version: '2.0.0' });
    const updated = await store.makeHost('ranged-later', { about });
    await updated.install('acme/tool@1.0.0');
    const to = async (wish: string, ignoreRequires = false) =>
      (await updated.update(wish, { ignoreRequires }))[0];
    expect(await to('acme/tool@^2')).toMatchObject({ to: '2.0.0', outcome: 'waiting' });
    expect(await to('acme/tool@^2.1')).toMatchObject({ to: '2.1.0', code: 'host-unsuitable' });
    expect(await to('acme/tool@^2', true)).toMatchObject({ to: '2.1.0', outcome: 'waiting' });
    expect(await to('acme/tool@latest')).toMatchObject({ to: '2.0.0', outcome: 'waiting' });
    expect(await to('acme/tool@latest', true)).toMatchObject({ to: '2.1.0', outcome: 'waiting' });
  });
});

describeInstalls('an environment', () => {
  it('can be read by the user that its back end runs as, however private this user’s files are', async () => {
    const host = await store.makeHost('private');
    const { paths } = host.folder;
    const command = [process.execPath, mortiseBin, 'install', 'acme/tool@1.0.0', '--folder', paths.root];
    const { status, stderr } = spawnSync('sh', ['-c', 'umask 077; exec "$@"', 'sh', ...command]);
    expect([status, String(stderr)]).toEqual([0, expect.any(String)]);
    const [one] = Object.values((await host.state()).installations);
    const environment = paths.environment(one!.wanted!);
    for (const part of ['.', 'bin', 'lib', 'pyvenv.cfg'])
      expect(statSync(join(environment, part)).mode & 0o004).toBe(0o004);
    expect(statSync(paths.root).mode & 0o777).toBe(0o700);
  });
});
