import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { alternate } from './alternate.js';
import type { BenchContext, PartResult } from './bench-part.js';
import { ratioText, seconds } from './report.js';
import type { Row } from './report.js';
import { ratioOf, spreadOf } from './spread.js';
import { ServerProcess } from './store-process.js';

/** What is installed: some 260 packages. Its version is exact; what it needs resolves alike on both sides. */
const wish = { jest: '30.5.2' };
const leastPackages = 200;
const goal = 1;
const installMs = 300_000;
const flags = [
  ...['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--no-update-notifier'],
  ...['--prefer-online', '--loglevel=error'],
];
const run = promisify(execFile);

/** A tree of packages by the machine's npm, with an empty cache each time: from a warm store, and from upstream itself. */
export async function benchPackageInstall({ options, seeds }: BenchContext): Promise<PartResult> {
  const folder = seeds.emptyFolder();
  // Not set: the upstream of the store is then what this machine's npm is configured to use, as for npm itself.
  const settings = { MORTISE_UPSTREAM_NPM: '' };
  const store = await ServerProcess.startStore({ folder: seeds.emptyFolder(), environment: settings });
  try {
    await store.answers('/health/ready');
    const fromStore = ['--registry', store.url('/npm/')];
    const cold = await install(folder, fromStore);
    const upstream = await install(folder, []);
    check(cold.tree, upstream.tree);
    const times = await alternate(
      {
        ours: async () => (await install(folder, fromStore)).seconds,
        upstream: async () => (await install(folder, [])).seconds,
      },
      options.quick ? 1 : 5,
    );
    const note = `the first time from an empty store ${cold.seconds.toFixed(1)} s, upstream ${upstream.seconds.toFixed(1)} s`;
    return { rows: [rowOf(cold.tree.length, times, note)], profiles: [] };
  } finally {
    await store.stop();
  }
}

interface Installed {
  readonly seconds: number;
  /** `path@version`, sorted. */
  readonly tree: readonly string[];
}

async function install(folder: string, from: readonly string[]): Promise<Installed> {
  rmSync(folder, { recursive: true, force: true });
  const project = join(folder, 'project');
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, dependencies: wish }));
  // What `npm run` told this process of its own configuration is not the machine's.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const words = ['install', ...flags, '--cache', join(folder, 'cache'), ...from];
  const startedAt = performance.now();
  await run('npm', words, { cwd: project, env, timeout: installMs });
  return { seconds: (performance.now() - startedAt) / 1000, tree: treeOf(project) };
}

function treeOf(project: string): string[] {
  const lock = readFileSync(join(project, 'node_modules', '.package-lock.json'), 'utf8');
  const { packages } = JSON.parse(lock) as { packages: Record<string, { version?: string }> };
  return Object.entries(packages)
    .map(([path, { version = '' }]) => `${path}@${version}`)
    .sort();
}

function check(ours: readonly string[], upstream: readonly string[]): void {
  if (ours.length < leastPackages) throw new Error(`The tree has ${ours.length} packages only.`);
  const strange = ours.find((one, at) => one !== upstream[at]);
  if (strange !== undefined || ours.length !== upstream.length)
    throw new Error(`The store and its upstream give different trees, from ${strange ?? 'the end'} on.`);
}

/** Of times, the share is upstream's by ours, so that more is better as everywhere. */
function rowOf(
  packages: number,
  { ours, upstream }: Record<'ours' | 'upstream', number[]>,
  note: string,
): Row {
  const ratio = ratioOf(upstream, ours);
  return {
    what: `npm install of ${packages} packages, warm store`,
    ours: seconds(spreadOf(ours)),
    floor: seconds(spreadOf(upstream)),
    ratio: ratioText(ratio),
    goal: `≥ ${goal} of upstream's speed`,
    reached: ratio.median >= goal,
    note,
  };
}
