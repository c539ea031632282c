import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '#kernel';
import { ask, asJson, bearer, formRelease, publishText, signIn } from './chaos-client.js';
import type { Answer } from './chaos-client.js';
import type { ChaosCluster, Member } from './chaos-cluster.js';
import { lease } from './chaos-faults.js';
import type { ChaosFaults } from './chaos-faults.js';
import type { ChaosReport } from './chaos-report.js';

const racers = 50;
const withinMs = 1000;
const publishesPerSecond = 5;
/** Publishes that aren't measured: the engine's first ones are compiled while they run. */
const warmUps = 10;

/** What must hold between replicas when nothing is killed. */
export class ChaosProofs {
  constructor(
    private readonly cluster: ChaosCluster,
    private readonly token: string,
    private readonly report: ChaosReport,
  ) {}

  /** One version, many publishers, every replica. */
  async race(): Promise<void> {
    const { replicas } = this.cluster;
    const yaml = (at: number) => formRelease('raced', '1.0.0', `as ${at} has it`);
    let busy = 0;
    const publish = async (at: number): Promise<Answer> => {
      const answer = await publishText(replicas[at % 3]!, this.token, yaml(at));
      if (answer.status !== 503) return answer;
      // A machine that has too much to do may say so; then one asks again.
      busy += 1;
      await pause(1000 * Number(answer.headers.get('retry-after')));
      return publish(at);
    };
    const answers = await Promise.all(Array.from({ length: racers }, (_, at) => publish(at)));
    const winners = answers.flatMap(({ status }, at) => (status === 201 ? [at] : []));
    const losers = answers.filter(({ status, body }) => status === 409 && body['code'] === 'version-taken');
    this.report.check(
      `of ${racers} publishes of one version over three replicas one wins, and the others are told`,
      winners.length === 1 && losers.length === racers - 1,
      `${winners.length} won, ${losers.length} lost; told to ask again: ${busy}`,
    );
    await pause(withinMs);
    for (const replica of replicas) {
      const { body } = await ask(replica, '/api/v1/plugins/acme/raced/versions/1.0.0/descriptor');
      this.report.check(`${replica.name} serves the winner’s bytes`, body['text'] === yaml(winners[0] ?? -1));
    }
  }

  async session(): Promise<void> {
    const { replicas } = this.cluster;
    const session = await signIn(replicas[0]!);
    const seen = await Promise.all(
      replicas.map(
        async (replica) => (await ask(replica, '/api/v1/accounts/me', { headers: bearer(session) })).status,
      ),
    );
    this.report.check(
      'one session works on every replica',
      seen.every((status) => status === 200),
    );
    const keys = await Promise.all(
      ['/.well-known/jwks.json', '/npm/-/npm/v1/keys'].flatMap((path) =>
        replicas.map(async (replica) => `${path} ${JSON.stringify((await ask(replica, path)).body)}`),
      ),
    );
    this.report.check('every replica has the same keys', new Set(keys).size === 2);
    await ask(replicas[1]!, '/api/v1/sessions', { method: 'DELETE', headers: bearer(session) });
    const endedAt = performance.now();
    const times = await Promise.all(replicas.map((replica) => this.refusedAfter(replica, session, endedAt)));
    this.report.times('a session that is signed out is refused everywhere', times, withinMs);
  }

  /** How long after its revocation was acknowledged a token still did something. */
  async revocation(count: number): Promise<void> {
    const { replicas } = this.cluster;
    const elsewhere: number[] = [];
    let here = 0;
    for (let round = 0; round < count; round += 1) {
      const revoker = replicas[round % replicas.length]!;
      const made = await ask(
        revoker,
        '/api/v1/tokens',
        asJson('POST', { name: `revoked ${round}`, scopes: ['read'] }, this.token),
      );
      const token = String(made.body['token']);
      await Promise.all(
        replicas.map((replica) => ask(replica, '/api/v1/accounts/me', { headers: bearer(token) })),
      );
      const path = `/api/v1/tokens/${String(made.body['id'])}`;
      const { status } = await ask(revoker, path, { method: 'DELETE', headers: bearer(this.token) });
      const revokedAt = performance.now();
      if (status !== 204) this.report.fault(`a revocation was answered with ${status}`);
      const first = await ask(revoker, '/api/v1/accounts/me', { headers: bearer(token) });
      if (first.status !== 401) here += 1;
      const others = replicas.filter((replica) => replica !== revoker);
      elsewhere.push(
        ...(await Promise.all(others.map((replica) => this.refusedAfter(replica, token, revokedAt)))),
      );
    }
    this.report.check('a revoked token is refused at once by the replica that revoked it', here === 0);
    this.report.times('a revoked token is refused by every other replica', elsewhere, withinMs);
  }

  /** When the last request was sent that still got through. */
  private async refusedAfter(replica: Member, token: string, since: number): Promise<number> {
    let lastUse = 0;
    for (;;) {
      const sentAt = performance.now();
      const { status } = await ask(replica, '/api/v1/accounts/me', { headers: bearer(token) });
      if (status === 401) return lastUse;
      lastUse = sentAt - since;
      if (lastUse > 10 * withinMs) return lastUse;
    }
  }

  /** From the acknowledgement of a publish until another replica shows it, by its address and by a search. */
  async visibility(count: number): Promise<void> {
    const { replicas } = this.cluster;
    const reads: number[] = [];
    const searches: number[] = [];
    const looking: Promise<void>[] = [];
    for (let at = 0; at < warmUps + count; at += 1) {
      const beganAt = performance.now();
      const [publisher, reader] = [replicas[at % 3]!, replicas[(at + 1) % 3]!];
      const name = `seen${at}x${Math.floor(beganAt)}`;
      const { status } = await publishText(publisher, this.token, formRelease(name, '1.0.0'));
      if (status !== 201) this.report.fault(`a publish was answered with ${status}`);
      const publishedAt = performance.now();
      const isThere = async () =>
        (await ask(reader, `/api/v1/plugins/acme/${name}/versions/1.0.0`)).status === 200;
      const isFound = async () => (await ask(reader, `/api/v1/plugins?q=${name}`)).body['total'] === 1;
      const keep = (times: number[]) => () => {
        if (at >= warmUps) times.push(performance.now() - publishedAt);
      };
      looking.push(until(isThere).then(keep(reads)), until(isFound).then(keep(searches)));
      await pause(Math.max(0, 1000 / publishesPerSecond - (performance.now() - beganAt)));
    }
    await Promise.all(looking);
    this.report.times('what one replica acknowledged another one shows', reads, withinMs);
    this.report.times('what one replica acknowledged another one finds', searches, withinMs, 0.99);
  }

  /** A worker that leads, and has a job, sleeps until both are somebody else's; then it wakes. */
  async sleeper(faults: ChaosFaults): Promise<void> {
    const { member, token } = await faults.nextLeader(0);
    if (!member) throw new Error('The leader is none of ours.');
    const others = this.cluster.workers.filter((one) => one !== member);
    for (const other of others) await other.crash();
    this.cluster.registries.python('far-asleep', ['1.0.0']);
    this.cluster.registries.delayMs = 1500;
    const yaml = 'name: asleep\nversion: 1.0.0\nbackend: far-asleep\nbackend_component: Plugin\n';
    const answer = await publishText(this.cluster.replicas[0]!, this.token, yaml, {
      prefer: 'respond-async',
    });
    const path = new URL(answer.headers.get('location') ?? '').pathname;
    const id = path.split('/').at(-1) ?? '';
    const stateOf = async () =>
      (
        await this.cluster.query<{ state: string; attempts: number }>(
          'SELECT state, attempts FROM job WHERE id = $1',
          [id],
        )
      )[0];
    await until(async () => (await stateOf())?.state === 'running');
    member.sleep();
    this.report.say(`SIGSTOP ${member.name}, which leads and has a job`);
    this.cluster.registries.delayMs = 0;
    for (const other of others) await other.start();
    const after = await faults.nextLeader(token);
    await until(async () => (await stateOf())?.state === 'done');
    const before = await this.fingerprint();
    member.wake();
    this.report.say(`SIGCONT ${member.name}`);
    await pause(limits.jobClaimRenewedEveryMs + 3000);
    this.report.check(
      'a worker that slept past its lease writes nothing',
      (await this.fingerprint()) === before,
    );
    const now = await this.cluster.leader(lease);
    this.report.check(
      'who led before it slept leads no more',
      now !== undefined && now.token === after.token && now.member !== member,
      `token ${token} then ${now?.token}`,
    );
    this.report.check('its job was done by another', (await stateOf())?.attempts === 2);
  }

  /** Of all that a publication writes, and of the job. */
  private async fingerprint(): Promise<string> {
    const tables = [
      'plugin',
      'plugin_release',
      'release_pin',
      'package',
      'package_version',
      'package_file',
      'change',
      'audit_entry',
      'job',
    ];
    const rows = await Promise.all([
      ...tables.map((table) =>
        this.cluster.query(`SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${table} t`),
      ),
      // Whoever is awake removes those that are ten minutes old.
      this.cluster.query('SELECT max(sequence) FROM notice'),
    ]);
    return JSON.stringify(rows);
  }
}

const patienceMs = 60_000;

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + patienceMs; performance.now() < end;) {
    if (await holds()) return;
    await pause(5);
  }
  throw new Error('It never came to be.');
}
