import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSettings } from './host-file.js';
import type { HostFile } from './host-file.js';
import { HostFolder } from './host-folder.js';
import { emptyState, newInstallation, switched, switchRefused, withStopped } from './host-state.js';
import type { HostState, InstallationState, InstalledRelease } from './host-state.js';

const id = '0a4c1f5e-6c6e-4b0e-8d0a-1f0f6f8c4b11';
const hostFile: HostFile = {
  schema_version: 1,
  store: { address: 'http://127.0.0.1:8080', keys: [] },
  host: { id: null, name: 'test' },
  machine: 'm1',
  settings: defaultSettings,
};

const release = (version: string): InstalledRelease => ({
  version,
  folder: `releases/acme/tool/${version}/a1`,
  isolation: 'process',
  manifest_sha256: '00',
  installed_at: '2030-01-01T00:00:00.000Z',
});

const installation = (more: Partial<InstallationState> = {}): InstallationState =>
  newInstallation({ id, plugin: 'acme/tool', trust: 'trusted', wanted: null, ...more });

const stateWith = (more: Partial<InstallationState>): HostState => ({
  ...emptyState,
  installations: { [id]: installation(more) },
});

describe('a host’s folder', () => {
  let root: string;
  let folder: HostFolder;
  beforeEach(async () => {
    root = join(mkdtempSync(join(tmpdir(), 'mortise-host-')), 'host');
    folder = await HostFolder.create(root, hostFile, 'mrt_host_x');
  });
  afterEach(() => rmSync(join(root, '..'), { recursive: true, force: true }));

  it('is its owner’s alone, and made once', async () => {
    expect(statSync(root).mode & 0o777).toBe(0o700);
    expect(statSync(folder.paths.hostKey).mode & 0o777).toBe(0o600);
    await expect(HostFolder.create(root, hostFile, 'x')).rejects.toMatchObject({
      code: 'host-folder-exists',
    });
    await expect(HostFolder.open(join(root, 'other'))).rejects.toMatchObject({ code: 'no-host-folder' });
    expect(await (await HostFolder.open(root)).readHostKey()).toBe('mrt_host_x');
  });

  it('loses no change of its state, however many make one at once', async () => {
    const add = (version: string) =>
      folder.changeState((state) => ({
        ...state,
        installations: { ...state.installations, [version]: installation({ current: release(version) }) },
      }));
    await Promise.all(Array.from({ length: 20 }, (_, index) => add(`1.0.${index}`)));
    expect(Object.keys((await folder.readState()).installations)).toHaveLength(20);
  });

  it('says what is wrong with a host.json or state.json that somebody broke', async () => {
    writeFileSync(folder.paths.state, '{"schema_version": 9}');
    await expect(folder.readState()).rejects.toMatchObject({ code: 'invalid-state' });
    // Taken for an empty one, it would have all that is here deleted.
    rmSync(folder.paths.state);
    await expect(folder.readState()).rejects.toMatchObject({ code: 'invalid-state' });
    const broken = { ...hostFile, settings: { installer: 'conda' } };
    writeFileSync(folder.paths.hostFile, JSON.stringify(broken));
    await expect(folder.readHost()).rejects.toThrow('"installer" must be auto, uv or pip');
  });

  it('has locks that are held by one at a time, and die with their process', async () => {
    const module = new URL('./folder-lock.js', import.meta.url).href;
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { FolderLock } from ${JSON.stringify(module)};
       globalThis.lock = await FolderLock.take(${JSON.stringify(folder.paths.lock('agent'))});
       console.log('held');
       setInterval(() => {}, 1000);`,
    ]);
    try {
      await once(holder.stdout, 'data');
      await expect(folder.lock('agent')).rejects.toThrow(`Another process (${holder.pid})`);
      expect(folder.hasAgent()).toBe(true);
    } finally {
      holder.kill('SIGKILL');
    }
    await once(holder, 'exit');
    expect(folder.hasAgent()).toBe(false);
    (await folder.lock('agent')).release();
  });

  it('takes nobody who only looks for the agent that was killed', async () => {
    const path = JSON.stringify(folder.paths.lock('agent'));
    const module = (url: string) => JSON.stringify(new URL(url, import.meta.url).href);
    const killed = `import { FolderLock } from ${module('./folder-lock.js')};
      globalThis.lock = await FolderLock.take(${path});
      process.kill(process.pid, 'SIGKILL');`;
    spawnSync(process.execPath, ['--input-type=module', '--eval', killed]);
    const looking = `import { Sqlite } from ${module('../../../sqlite/src/index.js')};
      const file = new Sqlite(${path});
      file.exec('BEGIN IMMEDIATE');
      console.log('looks');
      setTimeout(() => file.close(), 50);`;
    const looker = spawn(process.execPath, ['--input-type=module', '--eval', looking]);
    await once(looker.stdout, 'data');
    expect(folder.hasAgent()).toBe(false);
  });

  it('takes no path from a state that leads out of its releases', () => {
    for (const odd of ['releases/../x/y/z/a', '/etc/passwd', 'releases/a/b/c', 'web/a/b/c/d'])
      expect(() => folder.paths.release({ folder: odd })).toThrow('none of a release');
  });
});

describe('a switch', () => {
  it('keeps why it was stopped as long as it has that version, and no longer', () => {
    const reason = { code: 'quarantined', message: 'It steals.', version: '1.0.0' };
    const stoppedAt = (more: Partial<InstallationState>) =>
      withStopped(stateWith(more), id, reason).installations[id]?.stopped;
    expect(stoppedAt({ current: release('1.0.0') })).toEqual(reason);
    expect(stoppedAt({ wanted: release('1.0.0') })).toEqual(reason);
    // An agent that starts with it would not run what is no more of that version.
    expect(stoppedAt({ current: release('1.1.0'), previous: release('1.0.0') })).toBeUndefined();
    expect(stoppedAt({ current: release('1.1.0'), stopped: reason })).toBeUndefined();
  });

  it('makes what was wanted serve and keeps what served, once', () => {
    const once = switched(stateWith({ current: release('1.0.0'), wanted: release('1.1.0') }), id);
    expect(once.installations[id]).toMatchObject({
      current: { version: '1.1.0' },
      wanted: null,
      previous: { version: '1.0.0' },
    });
    expect(switched(once, id).installations[id]).toEqual(once.installations[id]);
  });

  it('that fails leaves what served, and says why', () => {
    const before = stateWith({
      current: release('1.0.0'),
      wanted: release('1.1.0'),
      tell: { version: '1.1.0' },
    });
    const failure = { code: 'unhealthy', message: 'It did not answer.', at: '2030-01-01T00:00:00.000Z' };
    expect(switchRefused(before, id, failure).installations[id]).toMatchObject({
      current: { version: '1.0.0' },
      wanted: null,
      tell: null,
      failure: { version: '1.1.0', code: 'unhealthy' },
    });
  });
});
