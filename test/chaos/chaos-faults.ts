import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '#testing';
import { ask } from './chaos-client.js';
import type { ChaosCluster, Member } from './chaos-cluster.js';
import type { ChaosReport } from './chaos-report.js';

export const lease = 'remove-ended-jobs';

const awayMs = 1500;
const takeoverMs = 10_000;
const readyMs = 60_000;

/** Kills one after the other, with `kill -9`, whatever the store consists of. */
export class ChaosFaults {
  constructor(
    private readonly cluster: ChaosCluster,
    private readonly random: Random,
    private readonly report: ChaosReport,
  ) {}

  /** Each of them once, in an order that chance decides. */
  async round(): Promise<void> {
    const faults = [
      () => this.crash(this.random.pick(this.cluster.replicas)),
      () => this.crash(this.random.pick(this.cluster.workers)),
      () => this.crashLeader(),
      () => this.crashPostgres(),
      ...(this.cluster.search === undefined ? [] : [() => this.crashSearchManager()]),
      ...(this.cluster.s3 === undefined ? [] : [() => this.crashS3()]),
    ];
    while (faults.length > 0) {
      const [fault] = faults.splice(this.random.between(0, faults.length - 1), 1);
      await fault?.();
      await pause(awayMs);
    }
  }

  private async crash(member: Member): Promise<void> {
    this.report.say(`kill -9 ${member.name}`);
    await member.crash();
    await pause(awayMs);
    await member.start();
  }

  private async crashLeader(): Promise<void> {
    const before = await this.nextLeader(0);
    if (!before.member) throw new Error('The leader is none of ours.');
    this.report.say(`kill -9 ${before.member.name}, which leads`);
    await before.member.crash();
    const killedAt = performance.now();
    const after = await this.nextLeader(before.token);
    const tookMs = Math.round(performance.now() - killedAt);
    this.report.check(
      'another leads within 10 s of the leader’s death, with a greater token',
      tookMs <= takeoverMs && after.token > before.token,
      `after ${tookMs} ms, token ${before.token} then ${after.token}`,
    );
    await before.member.start();
  }

  async nextLeader(afterToken: number): Promise<{ member: Member | undefined; token: number }> {
    for (const end = performance.now() + 2 * takeoverMs; performance.now() < end;) {
      const found = await this.cluster.leader(lease);
      if (found && found.token > afterToken) return found;
      await pause(50);
    }
    throw new Error('Nobody leads.');
  }

  private async crashSearchManager(): Promise<void> {
    const manager = await this.cluster.search?.manager();
    this.report.say('kill -9 the elected manager of OpenSearch');
    await manager?.kill();
    await pause(awayMs);
    await manager?.boot();
  }

  private async crashS3(): Promise<void> {
    this.report.say('kill -9 the S3 service');
    await this.cluster.s3?.kill();
    await pause(awayMs);
    await this.cluster.s3?.boot();
  }

  private async crashPostgres(): Promise<void> {
    this.report.say('kill -9 PostgreSQL');
    await this.cluster.crashPostgres(awayMs);
    const backAt = performance.now();
    for (const member of this.cluster.replicas) {
      while ((await ask(member, '/health/ready')).status !== 200) {
        if (performance.now() - backAt > readyMs) throw new Error(`${member.name} did not recover.`);
        await pause(50);
      }
    }
    this.report.say(`every replica is ready ${Math.round(performance.now() - backAt)} ms after its restart`);
  }
}
