import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { FakeRegistries } from '../fake-registries.js';
import { OpenSearchCluster } from '../services/opensearch-cluster.js';
import { PostgresServer } from '../services/postgres-server.js';
import { S3Server, s3Credentials } from '../services/s3-server.js';
import { freePort } from '../services/free-port.js';
import { StoreProcess } from '../store-process.js';

const bootAttempts = 50;

/** A process of the store: killed and begun again on an empty data folder, under the same address. */
export class Member {
  private process: StoreProcess | undefined;
  private starts = 0;

  constructor(
    readonly name: string,
    private readonly command: 'serve' | 'work',
    private readonly port: number,
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get isAlive(): boolean {
    return this.process !== undefined;
  }

  /** Whether it ended though nobody made it. */
  get hasGone(): boolean {
    return this.process?.hasEnded ?? false;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** The one of its present start. */
  get dataFolder(): string {
    return join(this.folder, `${this.name}-${this.starts}`);
  }

  async start(): Promise<void> {
    this.starts += 1;
    const { command, port, environment } = this;
    this.process = await StoreProcess.start(this.dataFolder, { command, port, environment });
  }

  /** As `kill -9` does. */
  async crash(): Promise<void> {
    const { process } = this;
    this.process = undefined;
    await process?.kill();
  }

  async stop(): Promise<void> {
    await this.process?.stop();
    this.process = undefined;
  }

  sleep(): void {
    this.process?.pause();
  }

  wake(): void {
    this.process?.resume();
  }
}

interface Services {
  readonly postgres: PostgresServer;
  readonly search: OpenSearchCluster | undefined;
  readonly s3: S3Server | undefined;
}

/** Three replicas and two workers on what they share, with registries that they pull from. */
export class ChaosCluster {
  private constructor(
    readonly replicas: readonly Member[],
    readonly workers: readonly Member[],
    readonly registries: FakeRegistries,
    readonly environment: Readonly<Record<string, string>>,
    private readonly services: Services,
    private readonly folder: string,
  ) {}

  static async start(temporary: string, isEmbedded: boolean): Promise<ChaosCluster> {
    const folder = mkdtempSync(join(temporary, 'mortise-chaos-'));
    const stops: (() => Promise<unknown>)[] = [];
    const keep = async <One extends { stop(): Promise<unknown> }>(starting: Promise<One>): Promise<One> => {
      const one = await starting;
      stops.unshift(() => one.stop());
      return one;
    };
    try {
      const search = isEmbedded ? undefined : await keep(OpenSearchCluster.start());
      const s3 = isEmbedded ? undefined : await keep(S3Server.start());
      const postgres = await keep(PostgresServer.start({ durable: true }));
      const cluster = await ChaosCluster.on({ postgres, search, s3 }, folder);
      stops.unshift(() => cluster.stopMembers());
      // All at once, on an empty database.
      await Promise.all(cluster.members.map((one) => one.start()));
      return cluster;
    } catch (error) {
      for (const stop of stops) await stop();
      throw error;
    }
  }

  private static async on(services: Services, folder: string): Promise<ChaosCluster> {
    const { postgres, search, s3 } = services;
    const registries = await FakeRegistries.start();
    const environment = {
      ...registries.environment,
      MORTISE_DATABASE: postgres.address(),
      MORTISE_BLOBS: s3?.address('mortise') ?? join(folder, 'blobs'),
      ...(s3 === undefined ? {} : s3Credentials),
      ...(search === undefined ? {} : { MORTISE_SEARCH: search.address }),
    };
    const member = async (name: string, command: 'serve' | 'work') =>
      new Member(name, command, await freePort(), folder, environment);
    const replicas = await Promise.all(['a', 'b', 'c'].map((one) => member(`replica-${one}`, 'serve')));
    const workers = await Promise.all(['a', 'b'].map((one) => member(`worker-${one}`, 'work')));
    return new ChaosCluster(replicas, workers, registries, environment, services, folder);
  }

  /** Undefined where each process has an index of its own. */
  get search(): OpenSearchCluster | undefined {
    return this.services.search;
  }

  /** Undefined where the blobs lie in a folder. */
  get s3(): S3Server | undefined {
    return this.services.s3;
  }

  get members(): readonly Member[] {
    return [...this.replicas, ...this.workers];
  }

  get alive(): readonly Member[] {
    return this.replicas.filter(({ isAlive }) => isAlive);
  }

  /** Rows of the database itself, past every process of the store. */
  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.services.postgres.address() });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** Who holds the lease at this moment. */
  async leader(lease: string): Promise<{ member: Member | undefined; token: number } | undefined> {
    const [row] = await this.query<{ owner: string; token: string }>(
      'SELECT owner, token FROM lease WHERE name = $1 AND held_until > extract(epoch FROM clock_timestamp()) * 1000',
      [lease],
    );
    if (!row) return undefined;
    const pid = Number(row.owner.split(' ').at(-2));
    return { member: this.members.find((one) => one.pid === pid), token: Number(row.token) };
  }

  async crashPostgres(awayMs: number): Promise<void> {
    await this.services.postgres.kill('SIGKILL');
    await pause(awayMs);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.services.postgres.boot();
      } catch (error) {
        // Those who served connections have not all ended yet.
        if (attempt === bootAttempts) throw error;
        await pause(200);
      }
    }
  }

  private async stopMembers(): Promise<void> {
    for (const one of this.members) one.wake();
    await Promise.all(this.members.map((one) => one.stop()));
    await this.registries.close();
  }

  async stop(): Promise<void> {
    await this.stopMembers();
    const { postgres, search, s3 } = this.services;
    await Promise.all([postgres.stop(), search?.stop(), s3?.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
