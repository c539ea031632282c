import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSdist, buildWheel } from '#testing';
import { PipInstaller } from './pip-installer.js';

const scratch = mkdtempSync(join(tmpdir(), 'mortise-pip-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const target = { version: '3.11.2', tags: ['cp311-cp311-linux_x86_64', 'py3-none-any'], markers: {} };
const trace = join(scratch, 'trace');
const address = (name: string, bytes: Buffer): string => {
  writeFileSync(join(scratch, name), bytes);
  return pathToFileURL(join(scratch, name)).href;
};
const builder = `open(${JSON.stringify(trace)}, "w").close()\n`;
const sdist = address(
  'wild-1.0.tar.gz',
  buildSdist({
    name: 'wild',
    version: '1.0',
    entries: [
      ['pyproject.toml', '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n'],
      ['own.py', builder],
    ].map(([name, content]) => ({ name: `wild-1.0/${name!}`, content: content! })),
  }),
);
const wheel = address(
  'tool-1.0-py3-none-any.whl',
  buildWheel({
    name: 'tool',
    version: '1.0',
    files: { 'tool.py': '' },
    metadata: `Metadata-Version: 2.1\nName: tool\nVersion: 1.0\nRequires-Dist: wild @ ${sdist}\n\n`,
  }),
);

const hasPip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
if (!hasPip) process.stderr.write('PipInstaller: not tried, since python3 has no pip here\n');

(hasPip ? describe : describe.skip)('PipInstaller', () => {
  it.each([
    ['that it is handed', `wild @ ${sdist}`, /outside of a container/],
    ['that a wheel asks for by its address', `tool @ ${wheel}`, /by an address/],
  ])(
    'runs nothing of an sdist %s outside of the container that it is meant for',
    async (_, requirement, refusal) => {
      const resolved = new PipInstaller().resolve([requirement], {
        target,
        isForeign: true,
        python: () => Promise.resolve('python3'),
        index: () => Promise.resolve({ address: 'http://127.0.0.1:9', credential: null }),
        installer: () => Promise.reject(new Error('not asked for')),
      });
      await expect(resolved).rejects.toMatchObject({ code: 'dependencies-unresolved' });
      await expect(resolved).rejects.toThrow(refusal);
      expect(existsSync(trace)).toBe(false);
    },
  );
});

describe('a temporary folder that is full', () => {
  it('is no fault of what the plugin needs, and is named beside the host’s folder', async () => {
    const python = join(scratch, 'python-full');
    const said = "ERROR: OSError: [Errno 28] No space left on device: '/t/pip-1'";
    writeFileSync(python, `#!/bin/sh\necho "${said}" >&2\nexit 1\n`, { mode: 0o755 });
    const refusal = {
      code: 'disk-full',
      message: expect.stringMatching(new RegExp(`host's folder lies, or in ${tmpdir()} .*/t/pip-1`)),
    };
    const installer = new PipInstaller();
    const { signal } = new AbortController();
    const resolved = installer.resolve(['tool'], {
      target,
      isForeign: false,
      python: () => Promise.resolve(python),
      index: () => Promise.resolve({ address: 'http://127.0.0.1:9', credential: null }),
      installer: () => Promise.reject(new Error('not asked for')),
    });
    await expect(resolved).rejects.toMatchObject(refusal);
    const environmentFolder = join(scratch, 'environment');
    const built = installer.build({ python, environmentFolder, artifacts: [], buildIndex: null, signal });
    await expect(built).rejects.toMatchObject(refusal);
  });
});
