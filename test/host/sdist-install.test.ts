import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSdist } from '#testing';
import { pythonSays } from './host-folder.js';
import { describeInstalls, installers } from './installers.js';
import { PluginStore, pluginSource } from './plugin-store.js';

let store: PluginStore;
/** There once the code of the sdist has run on this machine. */
let trace: string;

/** A build system, which the store has as it has every package. */
const buildSystem = () => `
import pathlib, zipfile

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    pathlib.Path(${JSON.stringify(trace)}).touch()
    name = "acme_source-1.0.0-py3-none-any.whl"
    info = "acme_source-1.0.0.dist-info"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w") as wheel:
        wheel.writestr("acme_source.py", pathlib.Path("acme_source.py").read_text())
        wheel.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: acme-source\\nVersion: 1.0.0\\nRequires-Dist: acme-needed\\n\\n")
        wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nGenerator: own\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "/RECORD", "")
    return name
`;

beforeAll(async () => {
  store = await PluginStore.start();
  trace = join(store.folder, 'trace');
  await store.upload('acme_needed', '2.0.0');
  await store.upload('acme_builder', '3.0.0', [], buildSystem());
  const sdist = buildSdist({
    name: 'acme_source',
    version: '1.0.0',
    entries: [
      ['pyproject.toml', '[build-system]\nrequires = ["acme-builder>=3"]\nbuild-backend = "acme_builder"\n'],
      ['acme_source.py', pluginSource('1.0.0')],
    ].map(([name, content]) => ({ name: `acme_source-1.0.0/${name!}`, content: content! })),
  });
  const descriptor = `name: Source
version: 1.0.0
summary: Is built where it is installed
interfaces:
  default:
    backend: {package: acme-source, version: 1.0.0, component: Plugin}
`;
  await store.publishRelease(descriptor, [['acme_source-1.0.0.tar.gz', sdist]]);
});

afterAll(() => store.close());

describeInstalls.each(installers)('a back end of which there is only an sdist, by %s', (installer) => {
  it('is built with what it needs where it is trusted', async () => {
    rmSync(trace, { force: true });
    const host = await store.makeHost(`trusting-${installer}`, { settings: { installer } });
    const { installation } = await host.install('acme/source');
    const script =
      'import acme_source, acme_needed; print(acme_source.Plugin().version(), acme_needed.version)';
    expect(pythonSays(host, installation.wanted, script)).toBe('1.0.0 2.0.0');
    expect(existsSync(trace)).toBe(true);
  });

  it('is refused where it is not and there are no containers, and none of its code has run', async () => {
    rmSync(trace, { force: true });
    const settings = { installer, container_command: 'no-such-engine' };
    const host = await store.makeHost(`wary-${installer}`, { settings });
    await expect(host.install('acme/source', { trust: 'untrusted' })).rejects.toMatchObject({
      code: 'container-unavailable',
    });
    expect(existsSync(trace)).toBe(false);
    expect(await host.state()).toMatchObject({ installations: {}, pending: [] });
    expect(await store.listed(host)).toEqual([]);
  });
});
