/**
 * `npm run bench`: the store beside floors that do the least that could be done, in turn, in one run on this machine.
 * What it measures and how to read it: docs/benchmarks.md.
 */
import { cpus, release, totalmem } from 'node:os';
import { parseBenchOptions } from './bench-options.js';
import type { BenchOptions, PartName } from './bench-options.js';
import type { BenchContext, PartResult } from './bench-part.js';
import { benchHostAgent } from './host-agent.js';
import { benchHostInstall } from './host-install.js';
import { benchIntrospect } from './introspect.js';
import { LoadGenerator } from './load-generator.js';
import { benchPackageInstall } from './package-install.js';
import { benchPackagePublish } from './package-publish.js';
import { benchPackageSearch } from './package-search.js';
import { benchPackages } from './packages.js';
import { benchPostgres } from './postgres.js';
import { benchPublish } from './publish.js';
import { benchReads } from './reads.js';
import { tableOf } from './report.js';
import { benchSearch } from './search.js';
import { benchSearchOpenSearch } from './search-opensearch.js';
import { Seeds } from './seeds.js';
import { benchStart } from './start.js';

const parts: Readonly<Record<PartName, (context: BenchContext) => Promise<PartResult>>> = {
  reads: benchReads,
  search: benchSearch,
  'search-opensearch': benchSearchOpenSearch,
  publish: benchPublish,
  start: benchStart,
  introspect: benchIntrospect,
  packages: benchPackages,
  'package-search': benchPackageSearch,
  'package-publish': benchPackagePublish,
  postgres: benchPostgres,
  'package-install': benchPackageInstall,
  'host-agent': benchHostAgent,
  'host-install': benchHostInstall,
};

const print = (line: string) => process.stdout.write(`${line}\n`);

function machine(): string {
  const processors = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `Node ${process.version}, ${processors.length} cores (${processors[0]?.model.trim() ?? 'unknown'}), ${memory} GB, ${process.platform} ${release()}`;
}

async function run(options: BenchOptions): Promise<void> {
  print(machine());
  if (options.quick) print('Quick: this shows that the bench works; its figures say nothing.');
  const startedAt = performance.now();
  const seeds = Seeds.open(options.seeds);
  process.once('exit', () => {
    seeds.close();
  });
  const load = LoadGenerator.start();
  const results: PartResult[] = [];
  try {
    for (const name of options.parts) {
      print(`\n${name}`);
      const result = await parts[name]({ options, load, seeds });
      print(tableOf(result.rows));
      results.push(result);
    }
  } finally {
    await load.stop();
    seeds.close();
  }
  const missed = results.flatMap(({ rows }) => rows).filter((row) => row.reached === false);
  for (const line of results.flatMap(({ profiles }) => profiles)) print(line);
  const took = ((performance.now() - startedAt) / 1000).toFixed(0);
  print(
    missed.length === 0
      ? `\nEvery goal was reached (${took} s).`
      : `\n${missed.length} missed (${took} s):\n${missed.map(({ what, goal, ratio }) => `  ${what}: ${goal}; is ${ratio}`).join('\n')}`,
  );
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  await run(parseBenchOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
