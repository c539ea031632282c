/**
 * `npm run chaos -- [--seed=N] [--sample] [--embedded]`: three replicas and two workers, as processes, on a PostgreSQL of
 * their own, three nodes of OpenSearch and an S3 (`--embedded`: each with an index of its own, and the blobs in a folder); a
 * client writes and reads through all of them while one part after the other is killed with `kill -9`. Then all that was
 * acknowledged is looked for. Ends with 1 where anything was found that must not be.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '#testing';
import { ChaosAudit } from './chaos-audit.js';
import { ask, asJson, signIn } from './chaos-client.js';
import { ChaosCluster } from './chaos-cluster.js';
import { ChaosFaults } from './chaos-faults.js';
import { ChaosLoad } from './chaos-load.js';
import { ChaosProofs } from './chaos-proofs.js';
import { ChaosReport } from './chaos-report.js';

const warmUpMs = 2000;

interface Extent {
  readonly rounds: number;
  readonly revocations: number;
  readonly publishes: number;
}

const sample: Extent = { rounds: 1, revocations: 20, publishes: 100 };
const whole: Extent = { rounds: 5, revocations: 200, publishes: 300 };

async function run(extent: Extent, seed: number, isEmbedded: boolean, report: ChaosReport): Promise<void> {
  const temporary = mkdtempSync(join(tmpdir(), 'mortise-chaos-'));
  const cluster = await ChaosCluster.start(temporary, isEmbedded);
  try {
    const token = await signIn(cluster.replicas[0]!);
    const made = await ask(
      cluster.replicas[1]!,
      '/api/v1/publishers',
      asJson('POST', { name: 'acme', trust: 'trusted' }, token),
    );
    report.check('a session of one replica makes a publisher at another', made.status === 201);
    const proofs = new ChaosProofs(cluster, token, report);
    await proofs.session();
    await proofs.race();
    await proofs.revocation(extent.revocations);
    await proofs.visibility(extent.publishes);

    const random = new Random(seed);
    const faults = new ChaosFaults(cluster, random, report);
    const load = new ChaosLoad(cluster, token, random, report);
    load.start();
    await pause(warmUpMs);
    for (let round = 0; round < extent.rounds; round += 1) await faults.round();
    await load.stop();
    report.say(
      `${load.acknowledged.length} releases acknowledged, ${load.reads} reads, ${load.refusals} refusals and broken connections`,
    );
    await proofs.sleeper(faults);
    await new ChaosAudit(cluster, load, report).run();
  } finally {
    await cluster.stop();
    rmSync(temporary, { recursive: true, force: true });
  }
}

const words = process.argv.slice(2);
const seedWord = words.find((word) => word.startsWith('--seed='))?.slice('--seed='.length);
const seed = Number(seedWord ?? Math.floor(Math.random() * 2 ** 32));
const report = new ChaosReport();
const others = words.filter((word) => !word.startsWith('--seed='));
report.say(`npm run chaos -- ${[`--seed=${seed}`, ...others].join(' ')}`);
await run(words.includes('--sample') ? sample : whole, seed, words.includes('--embedded'), report);
report.say(report.wrong.length === 0 ? 'All of it holds.' : `${report.wrong.length} things are wrong.`);
process.exitCode = report.wrong.length === 0 ? 0 : 1;
