import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Host } from '#host';
import { buildNpmTarball, buildSdist, buildWheel } from '#testing';
import { commitSwitch, installServing } from './host-folder.js';
import { describeInstalls, installers } from './installers.js';
import { PluginStore, pluginSource } from './plugin-store.js';

let store: PluginStore;

const metadata = (name: string, ...requires: readonly string[]) =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0.0\n${requires.map((one) => `Requires-Dist: ${one}\n`).join('')}\n`;

/** A build system that brings along what it writes: a module, and a RECORD of it. */
const buildSystem = `
import base64, hashlib, pathlib, zipfile

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = "acme_built-1.0.0-py3-none-any.whl"
    info = "acme_built-1.0.0.dist-info"
    files = {
        "acme_built, too.py": "built = True\\n",
        info + "/METADATA": ${JSON.stringify(metadata('acme-built'))},
        info + "/WHEEL": "Wheel-Version: 1.0\\nGenerator: own\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    digest = lambda text: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    record = "".join(f'"{path}",sha256={digest(text)},{len(text)}\\n' for path, text in files.items())
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
        wheel.writestr(info + "/RECORD", record + info + "/RECORD,,\\n")
    return name
`;

beforeAll(async () => {
  store = await PluginStore.start();
  await store.upload('acme_needed', '2.0.0');
  const tool = buildWheel({
    name: 'acme_tool',
    version: '1.0.0',
    metadata: metadata('acme-tool', 'acme-needed'),
    files: {
      'acme_tool/__init__.py': pluginSource('1.0.0'),
      // Another package brings another one of that name: neither is damaged.
      'acme_needed/__init__.py': 'version = "of another"\n',
      'acme_tool-1.0.0.data/purelib/acme_pure.py': 'pure = True\n',
      'acme_tool-1.0.0.data/scripts/acme-tool': '#!python\nprint("tool")\n',
      'acme_tool-1.0.0.data/data/share/acme/tool.txt': 'data\n',
    },
  });
  const built = buildSdist({
    name: 'acme_built',
    version: '1.0.0',
    entries: [
      {
        name: 'acme_built-1.0.0/pyproject.toml',
        content: '[build-system]\nrequires = []\nbuild-backend = "build"\nbackend-path = ["."]\n',
      },
      { name: 'acme_built-1.0.0/build.py', content: buildSystem },
    ],
  });
  const panel = buildNpmTarball({
    manifest: { name: '@acme/panel', version: '1.0.0', module: 'index.js' },
    files: { 'index.js': 'export const Panel = 1;\n' },
  });
  const plugin = (name: string, parts: string) =>
    `name: ${name}\nversion: 1.0.0\nsummary: Is changed\ninterfaces:\n  default:\n    ${parts}\n`;
  await store.publishRelease(
    plugin('Tool', 'backend: {package: acme-tool, version: 1.0.0, component: Plugin}'),
    [['acme_tool-1.0.0-py3-none-any.whl', tool]],
  );
  await store.publishRelease(
    plugin('Built', 'backend: {package: acme-built, version: 1.0.0, component: Plugin}'),
    [['acme_built-1.0.0.tar.gz', built]],
  );
  await store.publishRelease(
    plugin('Panel', "frontend: {package: '@acme/panel', version: 1.0.0, component: Panel}"),
    [['acme-panel-1.0.0.tgz', panel]],
  );
});

afterAll(() => store.close());

const releases = async (host: Host) => (await host.examine()).find(({ name }) => name === 'releases');

const change = (file: string) => appendFileSync(file, '\n# changed\n');
const remove = (file: string) => rmSync(file);

/** Each damage is told, until it is undone; the last one is repaired. */
async function expectMended(
  host: Host,
  plugin: string,
  damages: readonly (readonly [file: string, damage: (file: string) => void])[],
): Promise<void> {
  const installation = await installServing(host, plugin);
  const environment = host.folder.paths.environment(installation.current!);
  const [python = ''] = readdirSync(join(environment, 'lib'));
  for (const [at, [name, damage]] of damages.entries()) {
    expect(await releases(host)).toMatchObject({ state: 'good' });
    const file = join(environment, 'lib', python, 'site-packages', name);
    const before = readFileSync(file);
    damage(file);
    const message = expect.stringMatching(new RegExp(`${basename(name)} .*mortise repair ${plugin}`));
    expect(await releases(host)).toMatchObject({ state: 'bad', message });
    if (at < damages.length - 1) writeFileSync(file, before);
  }
  expect(await host.repair(plugin)).toMatchObject([{ to: '1.0.0', outcome: 'waiting' }]);
  await commitSwitch(host, installation.id);
  expect(await releases(host)).toMatchObject({ state: 'good' });
  expect(await host.repair()).toEqual([]);
}

describeInstalls.each(installers)('an environment that was changed on the disk, by %s', (installer) => {
  it('is found by what its wheels bring, and built again', async () => {
    const host = await store.makeHost(`wheels-${installer}`, { settings: { installer } });
    await expectMended(host, 'acme/tool', [
      ['acme_tool/__init__.py', change],
      ['acme_needed/__init__.py', change],
      ['acme_tool/__init__.py', remove],
      ['acme_pure.py', change],
      ['acme_tool-1.0.0.dist-info/METADATA', change],
      ['acme_needed-2.0.0.dist-info/RECORD', remove],
      ['../../../bin/acme-tool', change],
      ['../../../share/acme/tool.txt', change],
    ]);
  });

  it('is found by what was recorded of an sdist when it was built, and built again', async () => {
    const host = await store.makeHost(`built-${installer}`, { settings: { installer } });
    await expectMended(host, 'acme/built', [
      ['acme_built, too.py', change],
      ['acme_built, too.py', remove],
    ]);
  });

  it('may have bytecode that Python wrote', async () => {
    const host = await store.makeHost(`bytecode-${installer}`, { settings: { installer } });
    const installation = await installServing(host, 'acme/tool');
    const environment = host.folder.paths.environment(installation.current!);
    const all = readdirSync(environment, { recursive: true, withFileTypes: true });
    for (const { parentPath, name } of all) if (name.endsWith('.pyc')) change(join(parentPath, name));
    expect(await releases(host)).toMatchObject({ state: 'good' });
  });
});

describeInstalls('a plugin of a front end alone', () => {
  it('is held to its digests as well', async () => {
    const host = await store.makeHost('panel');
    const installation = await installServing(host, 'acme/panel');
    change(join(host.folder.paths.web('acme/panel', '1.0.0', '@acme/panel'), 'index.js'));
    expect(await releases(host)).toMatchObject({ state: 'bad' });
    expect(await host.repair()).toMatchObject([{ to: '1.0.0', outcome: 'waiting' }]);
    await commitSwitch(host, installation.id);
    expect(await releases(host)).toMatchObject({ state: 'good' });
  });
});
