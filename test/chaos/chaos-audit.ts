import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sha256Hex } from '#kernel';
import { ask } from './chaos-client.js';
import type { ChaosCluster, Member } from './chaos-cluster.js';
import type { ChaosLoad } from './chaos-load.js';
import type { ChaosReport } from './chaos-report.js';

const main = fileURLToPath(new URL('../../apps/registry/src/main.js', import.meta.url));
const settleMs = 2000;
const verifyMs = 120_000;

interface Artifact {
  readonly kind: string;
  readonly sha256: string;
  readonly filename: string;
}

/** Holds what the cluster has against what it acknowledged, once everything runs and nobody writes. */
export class ChaosAudit {
  constructor(
    private readonly cluster: ChaosCluster,
    private readonly load: ChaosLoad,
    private readonly report: ChaosReport,
  ) {}

  async run(): Promise<void> {
    await pause(settleMs);
    const gone = this.cluster.members.filter(({ hasGone }) => hasGone).map(({ name }) => name);
    this.report.check('processes that ended by themselves', gone.length === 0, gone.join(', '));
    for (const replica of this.cluster.replicas) await this.lost(replica);
    await this.half();
    await this.once();
    for (const replica of this.cluster.replicas) await this.drift(replica);
  }

  private async lost(replica: Member): Promise<void> {
    const missing: string[] = [];
    for (const { name, version } of this.load.acknowledged) {
      const { status } = await ask(replica, `/api/v1/plugins/acme/${name}/versions/${version}`);
      if (status !== 200) missing.push(`${name} ${version}: ${status}`);
    }
    const of = `${missing.length} of ${this.load.acknowledged.length}`;
    this.report.check(
      `acknowledged releases lost at ${replica.name}`,
      missing.length === 0,
      `${of} ${missing.join(', ')}`,
    );
  }

  /** Every release that there is, acknowledged or not, with all of its code. */
  private async half(): Promise<void> {
    const replica = this.cluster.replicas[0]!;
    const releases = await this.cluster.query<{ plugin_id: string; version: string }>(
      'SELECT plugin_id, version FROM plugin_release',
    );
    const halves: string[] = [];
    for (const { plugin_id: plugin, version } of releases) {
      const { body } = await ask(replica, `/api/v1/plugins/${plugin}/versions/${version}`);
      const artifacts = (body['artifacts'] ?? []) as Artifact[];
      const kinds = artifacts
        .map(({ kind }) => kind)
        .sort()
        .join();
      const isWhole = !plugin.startsWith('acme/pair') || kinds === 'tarball,wheel';
      const isServed = await Promise.all(artifacts.map((artifact) => this.isServed(replica, artifact)));
      if (!isWhole || isServed.includes(false)) halves.push(`${plugin} ${version} (${kinds})`);
    }
    this.report.check(
      'half releases',
      halves.length === 0,
      `${halves.length} of ${releases.length} ${halves.join(', ')}`,
    );
  }

  private async isServed(replica: Member, { sha256, filename }: Artifact): Promise<boolean> {
    const answer = await fetch(`${replica.address}/api/v1/artifacts/${sha256}/${filename}`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    return answer.status === 200 && sha256Hex(bytes) === sha256;
  }

  private async once(): Promise<void> {
    const twice = await this.cluster.query(
      `SELECT plugin_id, version FROM change WHERE type = 'release-published' GROUP BY plugin_id, version HAVING COUNT(*) <> 1`,
    );
    const open = await this.cluster.query(`SELECT id FROM job WHERE state <> 'done'`);
    const jobs = this.load.acknowledged.filter(({ byJob }) => byJob).length;
    this.report.check(
      'every job was done, and once in effect',
      twice.length === 0 && open.length === 0,
      `${jobs} jobs, ${this.load.requeued} requeued, ${open.length} open, ${twice.length} releases published twice`,
    );
  }

  /** `mortise-registry verify` on what this replica keeps: database, blobs, and the index that it made. */
  private async drift(replica: Member): Promise<void> {
    const env = { PATH: process.env['PATH'], ...this.cluster.environment, MORTISE_DATA: replica.dataFolder };
    const [code, said] = await new Promise<[number, string]>((resolve) => {
      execFile(process.execPath, [main, 'verify'], { env, timeout: verifyMs }, (error, out, errors) =>
        resolve([error ? Number(error.code) : 0, `${out}${errors}`.trim()]),
      );
    });
    this.report.check(`drift at ${replica.name}`, code === 0, said.split('\n').at(-1));
    if (code !== 0) this.report.say(said);
  }
}
