import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { initHost } from '#host';
import type { Host } from '#host';
import { buildNpmTarball, buildWheel } from '#testing';
import { alternate } from './alternate.js';
import type { BenchContext, PartResult } from './bench-part.js';
import { milliseconds, ratioText } from './report.js';
import type { Row } from './report.js';
import type { Seeds } from './seeds.js';
import { ratioOf, spreadOf } from './spread.js';
import { StoreClient } from './store-client.js';
import { ServerProcess } from './store-process.js';

const goal = 1.5;
const run = promisify(execFile);
const installers = ['uv', 'pip'] as const;
type InstallerName = (typeof installers)[number];

/**
 * A small plugin on a host (registration, signature, both sides, key), beside the bare tool that makes an environment and
 * installs the back end alone into it. Both have caches of their own that are warm.
 */
export async function benchHostInstall({ options, seeds }: BenchContext): Promise<PartResult> {
  const store = await ServerProcess.startStore({ folder: seeds.emptyFolder() });
  try {
    await store.answers('/health/ready');
    const client = await StoreClient.signIn(store);
    await publishSmall(client);
    const token = await client.createToken(['manage']);
    const rows: Row[] = [];
    for (const installer of installers) {
      if (!(await isHere(installer))) continue;
      const folder = join(seeds.emptyFolder(), 'host');
      const { host } = await initHost({
        folder,
        store: store.url('').replace(/\/$/, ''),
        credential: { token },
        name: installer,
        storeKeys: [],
        settings: { installer },
      });
      const contenders = { ours: () => ours(host), bare: () => bare(installer, store, seeds) };
      await alternate(contenders, 1);
      rows.push(rowOf(installer, await alternate(contenders, options.quick ? 2 : 9)));
    }
    return { rows, profiles: [] };
  } finally {
    await store.stop();
  }
}

async function publishSmall(client: StoreClient): Promise<void> {
  await client.createPublisher('bench');
  const wheel = buildWheel({ name: 'bench_small', version: '1.0.0' });
  const tarball = buildNpmTarball({
    manifest: { name: '@bench/small', version: '1.0.0', module: 'dist/index.js' },
  });
  const descriptor = `name: Small
version: 1.0.0
backend: {package: bench-small, version: 1.0.0}
backend_component: Plugin
front_end: {package: "@bench/small", version: 1.0.0}
frontend_component: Panel
`;
  await client.publish('bench', descriptor, [
    { filename: 'bench_small-1.0.0-py3-none-any.whl', bytes: wheel },
    { filename: 'bench-small-1.0.0.tgz', bytes: tarball },
  ]);
}

/** Milliseconds; what was installed is removed again, beside the clock. */
async function ours(host: Host): Promise<number> {
  const startedAt = performance.now();
  const { installation } = await host.install('bench/small@1.0.0');
  const took = performance.now() - startedAt;
  if (!installation.wanted || !existsSync(host.folder.paths.environment(installation.wanted)))
    throw new Error('Nothing was installed.');
  await host.remove('bench/small');
  return took;
}

/** Milliseconds for an environment with the back end in it, by the tool alone. */
async function bare(installer: InstallerName, store: ServerProcess, seeds: Seeds): Promise<number> {
  const environment = join(seeds.emptyFolder(), 'environment');
  const python = join(environment, 'bin', 'python');
  const index = store.url('/pypi/simple/');
  const startedAt = performance.now();
  if (installer === 'uv') {
    await run('uv', ['venv', '--quiet', '--no-config', environment]);
    const from = ['--no-config', '--quiet', '--python', python, '--default-index', index];
    await run('uv', ['pip', 'install', ...from, 'bench-small==1.0.0']);
  } else {
    await run('python3', ['-m', 'venv', environment]);
    const from = ['--isolated', '--quiet', '--disable-pip-version-check', '--index-url', index];
    await run(python, ['-m', 'pip', 'install', ...from, 'bench-small==1.0.0']);
  }
  return performance.now() - startedAt;
}

const isHere = (installer: InstallerName): Promise<boolean> =>
  run(
    installer === 'uv' ? 'uv' : 'python3',
    installer === 'uv' ? ['--version'] : ['-m', 'pip', '--version'],
  ).then(
    () => true,
    () => false,
  );

function rowOf(installer: InstallerName, figures: { ours: number[]; bare: number[] }): Row {
  const ratio = ratioOf(figures.ours, figures.bare);
  return {
    what: `install of a small plugin with ${installer}`,
    ours: milliseconds(spreadOf(figures.ours)),
    floor: milliseconds(spreadOf(figures.bare)),
    ratio: ratioText(ratio),
    goal: `≤ ${goal} of ${installer} alone`,
    reached: ratio.median <= goal,
    note: 'floor: environment and back end only; ours: both sides, signature, key',
  };
}
