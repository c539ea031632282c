import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'smol-toml';
import { StoreProcess } from '../store-process.js';
import { leakedIn, Typist } from './mortise.js';

interface Lock {
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly 'requires-python'?: string;
    readonly wheels: readonly { readonly hashes: { readonly sha256: string } }[];
  }[];
}

const succeeds = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
const hasPip = succeeds('python3', '-m', 'pip', '--version');
const hasUv = succeeds('uv', '--version');

let folder: string;
let store: StoreProcess;
let typist: Typist;
let withoutUv: string;

/** A plugin of one Python file, built by the back end of the skeleton. */
async function makePlugin(name: string, dependencies: string): Promise<string> {
  const at = join(typist.work, name);
  await typist.json('new', `acme/${name}`);
  const pyproject = join(at, 'python', 'pyproject.toml');
  writeFileSync(
    pyproject,
    readFileSync(pyproject, 'utf8').replace('dependencies = []', `dependencies = ${dependencies}`),
  );
  return at;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-cli-'));
  store = await StoreProcess.start(folder, { environment: { MORTISE_READ: 'members' } });
  typist = new Typist(store.address);
  await typist.signIn();
  await typist.json('publisher', 'acme', '--create');
  // Python, npm, node and a shell, and no uv.
  withoutUv = join(folder, 'bin');
  mkdirSync(withoutUv);
  for (const name of ['python3', 'npm', 'node', 'sh', 'env']) {
    const real = spawnSync('sh', ['-c', `command -v ${name}`])
      .stdout.toString()
      .trim();
    if (name === 'python3') {
      writeFileSync(join(withoutUv, name), `#!/bin/sh\nexec ${real} "$@"\n`);
      chmodSync(join(withoutUv, name), 0o755);
    } else symlinkSync(real, join(withoutUv, name));
  }
  if (hasPip) await typist.json('publish', await makePlugin('core', '[]'));
});

afterAll(async () => {
  expect(leakedIn(typist.printed)).toBeUndefined();
  typist.leave();
  await store.stop();
  rmSync(folder, { recursive: true, force: true });
});

const tools = [
  ['pip', hasPip],
  ['uv', hasPip && hasUv],
] as const;

describe.each(tools)('a lock that %s resolves', (tool, isThere) => {
  (isThere ? it : it.skip)(
    'names the wheel, what it needs, and their digests, from a store that knows its members only',
    async () => {
      const at = await makePlugin(
        `needs-by-${tool}`,
        '["acme-core >=1,<2", "acme-core[extra] ; extra == \\"x\\""]',
      );
      const path = tool === 'pip' ? `${withoutUv}:/usr/bin:/bin` : process.env['PATH'];
      const { code, stdout, stderr } = await typist.run(['publish', '--json'], {
        folder: at,
        environment: { PATH: path },
      });
      expect([code, stderr]).toEqual([0, '']);
      const text = readFileSync(join(at, 'dist', 'mortise-1.0.0', 'pylock.toml'), 'utf8');
      const { packages } = parse(text) as unknown as Lock;
      expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
        'acme-core 1.0.0',
        `acme-needs-by-${tool} 1.0.0`,
      ]);
      // uv resolves for every Python that the plugin is for; pip for this one.
      if (tool === 'pip') expect(packages[0]?.['requires-python']).toBe('>=3.9');
      for (const { wheels } of packages) expect(wheels[0]?.hashes.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(leakedIn([text])).toBeUndefined();
      const kinds = JSON.parse(stdout).release.artifacts.map(({ kind }: { kind: string }) => kind);
      expect(kinds.filter((kind: string) => kind === 'wheel')).toHaveLength(2);
    },
  );

  (isThere ? it : it.skip)('is refused with the tool’s own words where nothing fits', async () => {
    const at = await makePlugin(`misses-by-${tool}`, '["acme-core >=9"]');
    const path = tool === 'pip' ? `${withoutUv}:/usr/bin:/bin` : process.env['PATH'];
    const { code, stderr } = await typist.run(['publish'], { folder: at, environment: { PATH: path } });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/acme-core/)]);
  });
});
