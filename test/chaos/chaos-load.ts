import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '#testing';
import { ask, bearer, pairRelease, publishForm, publishText } from './chaos-client.js';
import type { Answer } from './chaos-client.js';
import type { ChaosCluster, Member } from './chaos-cluster.js';
import type { ChaosReport } from './chaos-report.js';

export interface Acknowledged {
  readonly name: string;
  readonly version: string;
  /** By `performance.now()`. */
  readonly at: number;
  readonly byJob: boolean;
}

const visibleWithinMs = 1000;
const retries = 60;
const jobLooks = 600;

/** Writes and reads through all replicas for as long as it is let, and keeps what was acknowledged. */
export class ChaosLoad {
  readonly acknowledged: Acknowledged[] = [];
  refusals = 0;
  reads = 0;
  requeued = 0;
  private running = true;
  private work: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly cluster: ChaosCluster,
    private readonly token: string,
    private readonly random: Random,
    private readonly report: ChaosReport,
  ) {}

  start(): void {
    const publishers = [0, 1].map((one) => this.publish(`pair${one}`));
    const readers = [0, 1].map(() => this.read());
    this.work = Promise.all([...publishers, this.publishByJobs(), ...readers]);
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.work;
  }

  private async publish(name: string): Promise<void> {
    for (let patch = 0; this.running; patch += 1) {
      const version = `1.0.${patch}`;
      await this.insist(`${name} ${version}`, (member) =>
        publishForm(member, this.token, pairRelease(name, version)),
      );
      this.acknowledged.push({ name, version, at: performance.now(), byJob: false });
      await pause(this.random.between(20, 200));
    }
  }

  /** Of packages that nobody here has: a worker fetches them. */
  private async publishByJobs(): Promise<void> {
    for (let count = 0; this.running; count += 1) {
      const name = `pulled${count}`;
      this.cluster.registries.python(`far-${count}`, ['1.0.0']);
      const yaml = `name: ${name}\nversion: 1.0.0\nbackend: far-${count}\nbackend_component: Plugin\n`;
      const answer = await this.insist(name, (member) =>
        publishText(member, this.token, yaml, { prefer: 'respond-async' }),
      );
      const location = answer.headers.get('location');
      if (answer.status === 202 && location !== null) await this.follow(name, new URL(location).pathname);
      this.acknowledged.push({ name, version: '1.0.0', at: performance.now(), byJob: true });
      await pause(this.random.between(50, 300));
    }
  }

  private async follow(name: string, path: string): Promise<void> {
    let last: Answer['body'] = {};
    for (let look = 0; look < jobLooks; look += 1) {
      const { status, body } = await ask(this.anyReplica(), path, { headers: bearer(this.token) });
      if (status === 404) this.report.fault(`the job of ${name} was not there: 404`);
      if (body['state'] === 'done') return;
      last = body;
      if (body['state'] === 'failed') await this.requeue(path, body);
      await pause(100);
    }
    throw new Error(`The job of ${name} did not end: ${JSON.stringify(last)}`);
  }

  /** What was away for all attempts of a job is there again by and by: then a person requeues it. */
  private async requeue(path: string, { problem }: Answer['body']): Promise<void> {
    const answer = await ask(this.anyReplica(), `${path}/attempts`, {
      method: 'POST',
      headers: bearer(this.token),
    });
    if (answer.status === 202) this.requeued += 1;
    else if (answer.status === 409 && answer.body['code'] === 'job-not-dead') {
      const job = await ask(this.anyReplica(), path, { headers: bearer(this.token) });
      if (job.body['state'] === 'failed') throw new Error(`A job was refused: ${JSON.stringify(problem)}`);
    }
  }

  /** Sends the same again until it is acknowledged: whoever heard nothing knows nothing. */
  private async insist(what: string, send: (member: Member) => Promise<Answer>): Promise<Answer> {
    for (let attempt = 0; attempt < retries; attempt += 1) {
      const answer = await send(this.anyReplica());
      if ([200, 201, 202].includes(answer.status)) return answer;
      this.refusals += 1;
      if (answer.status !== 0 && answer.status !== 503) {
        this.report.fault(`${what} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
      }
      await pause(this.random.between(100, 400));
    }
    throw new Error(`${what} was never acknowledged.`);
  }

  private async read(): Promise<void> {
    while (this.running) {
      const old = this.acknowledged.filter(({ at }) => performance.now() - at > visibleWithinMs);
      if (old.length > 0) await this.readOne(this.random.pick(old));
      await pause(10);
    }
  }

  private async readOne({ name, version }: Acknowledged): Promise<void> {
    const member = this.anyReplica();
    const path = `/api/v1/plugins/acme/${name}/versions/${version}${this.random.chance(0.5) ? '/manifest' : ''}`;
    const { status } = await ask(member, path);
    this.reads += 1;
    if (status === 404) this.report.fault(`${path} was not there at ${member.name}: 404`);
  }

  private anyReplica(): Member {
    return this.random.pick(this.cluster.alive.length > 0 ? this.cluster.alive : this.cluster.replicas);
  }
}
