import { Random } from '#testing';
import type { PluginDocument } from '#search';
import { seeAnswer } from './bare-answer.js';
import type { BareCommand, BareReply } from './bare-answer.js';
import { profileOf } from './bench-part.js';
import type { BenchContext, PartResult } from './bench-part.js';
import { Child } from './child-process.js';
import type { LoadPlan, LoadRequest } from './load-generator.js';
import { ratioText } from './report.js';
import type { Row } from './report.js';
import { amountOf, rateRatioOf, roundsRow, runRound, runRounds } from './rounds.js';
import type { Round, RoundOptions } from './rounds.js';
import { isInstallable, shapeOf } from './seeded-plugin.js';
import { ServerProcess } from './store-process.js';

const connections = 16;
const goal = 0.8;
const aim = 0.5;
const checkedAnswers = 40;
const revalidatedPlugins = 4000;
const askedAtOnce = 32;
const rounds = 20;

interface Read {
  readonly name: string;
  readonly pathOf: (id: string) => string;
  readonly conditional: boolean;
  /** Whether an answer's JSON is what the plugin's should be. */
  readonly isRight: (body: Record<string, unknown>, id: string) => boolean;
}

const manifestPath = (id: string) => `/api/v1/plugins/${id}/versions/1.0.0/manifest`;
const isManifest: Read['isRight'] = (body, id) => body['plugin'] === id && body['version'] === '1.0.0';

const reads: readonly Read[] = [
  {
    name: 'plugin',
    pathOf: (id) => `/api/v1/plugins/${id}`,
    conditional: false,
    isRight: (body, id) => body['id'] === id,
  },
  {
    name: 'versions',
    pathOf: (id) => `/api/v1/plugins/${id}/versions`,
    conditional: false,
    isRight: (body) => Array.isArray(body['items']) && body['items'].length > 0,
  },
  { name: 'manifest', pathOf: manifestPath, conditional: false, isRight: isManifest },
  { name: 'manifest, 304', pathOf: manifestPath, conditional: true, isRight: isManifest },
];

/** Reads that everybody makes, beside the same bytes sent by a bare Nest route and by node:http alone. */
export async function benchReads(context: BenchContext): Promise<PartResult> {
  const rows: Row[] = [];
  const profiles: string[] = [];
  for (const count of context.options.quick ? [200] : [1000, 100_000]) {
    const part = await ReadsPart.start(context, count);
    try {
      for (const read of reads) {
        const result = await part.measure(read);
        rows.push(...result.rows);
        profiles.push(...result.profiles);
      }
    } finally {
      await part.stop();
    }
  }
  return { rows, profiles };
}

class ReadsPart {
  private readonly http = Child.start<BareCommand, BareReply>('./bare-http.js');
  private readonly nest = Child.start<BareCommand, BareReply>('./bare-nest.js', ['--hooks', '0']);
  private readonly unhooked = Child.start<BareCommand, BareReply>('./bare-nest.js', ['0']);
  private readonly hot: string;
  private readonly shuffled: readonly string[];

  private constructor(
    private readonly context: BenchContext,
    private readonly store: ServerProcess,
    private readonly count: number,
    plugins: readonly PluginDocument[],
  ) {
    this.hot = (plugins.find((plugin) => shapeOf(plugin) === 'frontend') ?? plugins[0]!).id;
    this.shuffled = shuffle(plugins.map(({ id }) => id));
  }

  static async start(context: BenchContext, count: number): Promise<ReadsPart> {
    const folder = await context.seeds.folder(count);
    const store = await ServerProcess.startStore({ folder, probe: true });
    await store.answers('/health/ready');
    return new ReadsPart(context, store, count, context.seeds.plugins(count).filter(isInstallable));
  }

  async stop(): Promise<void> {
    await Promise.all([this.store.stop(), this.http.stop(), this.nest.stop(), this.unhooked.stop()]);
  }

  async measure(read: Read): Promise<PartResult> {
    await this.check(read);
    const answer = await seeAnswer(this.store.url(read.pathOf(this.hot)));
    const http = await this.http.ask({ answer });
    const nest = await this.nest.ask({ answer });
    const unhooked = await this.unhooked.ask({ answer });
    const { load } = this.context;
    const hot = await load.prepare(await this.requests(read, [this.hot]));
    const spreadIds = read.conditional ? this.shuffled.slice(0, revalidatedPlugins) : this.shuffled;
    const spread = await load.prepare(await this.requests(read, spreadIds));
    const nestServer = { pid: this.nest.pid, port: nest.port };
    const contenders = {
      spread: () => this.round(read, spread, this.store),
      hot: () => this.round(read, hot, this.store),
      nest: () => this.round(read, hot, nestServer),
      unhooked: () => this.round(read, hot, { pid: this.unhooked.pid, port: unhooked.port }),
      http: () => this.round(read, hot, { pid: this.http.pid, port: http.port }),
    };
    const figures = await runRounds(contenders, this.context.options.quick, rounds);
    return this.judge(read, figures, contenders);
  }

  private async judge(
    read: Read,
    figures: Record<'hot' | 'spread' | 'nest' | 'unhooked' | 'http', Round[]>,
    contenders: Record<'hot' | 'spread', () => Promise<Round>>,
  ): Promise<PartResult> {
    const rows: Row[] = [];
    const profiles: string[] = [];
    for (const which of ['hot', 'spread'] as const) {
      const ofHttp = ratioText(rateRatioOf(figures[which], figures.http));
      const ofUnhooked = ratioText(rateRatioOf(figures[which], figures.unhooked));
      const over = which === 'hot' ? 'one' : 'all';
      const row = roundsRow(
        `${read.name}, ${over} of ${this.count.toLocaleString('en')} plugins`,
        figures[which],
        figures.nest,
        {
          goal,
          of: 'bare Nest',
          note: `${ofHttp} of node:http (aim ${aim}), ${ofUnhooked} of Nest without hooks`,
        },
      );
      rows.push(row);
      if (row.reached === false && this.context.options.profile) {
        profiles.push(...(await profileOf(this.store, row.what, contenders[which])));
      }
    }
    return { rows, profiles };
  }

  private round(read: Read, plan: LoadPlan, server: RoundOptions['server']): Promise<Round> {
    return runRound(this.context.load, {
      server,
      plan,
      amount: amountOf(this.context.options.quick),
      connections,
      ...(read.conditional ? { expectedStatus: 304, leastBytes: 0 } : {}),
    });
  }

  private async requests(read: Read, ids: readonly string[]): Promise<LoadRequest[]> {
    const paths = ids.map(read.pathOf);
    if (!read.conditional) return paths.map((path) => ({ path }));
    const requests: LoadRequest[] = [];
    for (let at = 0; at < paths.length; at += askedAtOnce) {
      const asked = paths.slice(at, at + askedAtOnce).map(async (path) => {
        const etag = (await seeAnswer(this.store.url(path))).headers['etag'];
        if (etag === undefined) throw new Error(`${path} has no ETag.`);
        return { path, headers: { 'if-none-match': etag } };
      });
      requests.push(...(await Promise.all(asked)));
    }
    return requests;
  }

  /** A bench of errors would be a lie: looks into answers before any are counted. */
  private async check(read: Read): Promise<void> {
    for (const id of [this.hot, ...this.shuffled.slice(0, checkedAnswers)]) {
      const { status, headers, body } = await seeAnswer(this.store.url(read.pathOf(id)));
      const text = Buffer.from(body).toString();
      const isRight = status === 200 && read.isRight(JSON.parse(text) as Record<string, unknown>, id);
      if (!isRight) throw new Error(`${read.pathOf(id)} was answered with ${status}: ${text.slice(0, 600)}`);
      if (!headers['etag']?.startsWith('"')) throw new Error(`${read.pathOf(id)} has no strong ETag.`);
    }
  }
}

function shuffle(ids: readonly string[]): readonly string[] {
  const random = new Random(7);
  return ids
    .map((id) => ({ id, place: random.next() }))
    .sort((one, other) => one.place - other.place)
    .map(({ id }) => id);
}
