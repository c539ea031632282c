import { cpSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseSearchQuery } from '#search';
import { OpenSearchIndex } from '#search-opensearch';
import { generateQueries } from '#testing';
import { OpenSearchServer } from '../services/opensearch-server.js';
import { alternate } from './alternate.js';
import type { BenchContext, PartResult } from './bench-part.js';
import { endWithBench } from './child-process.js';
import type { LoadPlan } from './load-generator.js';
import { milliseconds, perSecond, ratioText } from './report.js';
import type { Row } from './report.js';
import { checkSame, searchPath } from './search.js';
import { quantile, ratioOf, spreadOf } from './spread.js';
import type { Spread } from './spread.js';
import { StoreClient } from './store-client.js';
import { ServerProcess } from './store-process.js';

const seed = 11;
const connections = 16;
/** Both warm themselves up. A Java server compiles what it runs for half a minute of load, and takes up to ten times as long before. */
const warmingRounds = 8;
/** From here on the goal is the embedded engine's own pace. */
const manyPlugins = 1_000_000;
const slowestMs = 250;
const rebuiltWithinMs = 180_000;
const visibleWithinMs = 1_000;
const publishesPerSecond = 5;
const publisher = 'bench';
const prefix = 'bench';

interface Figure {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** What both stores of a size are measured on. */
interface Contest {
  readonly context: BenchContext;
  readonly count: number;
  readonly folder: string;
  readonly server: OpenSearchServer;
  readonly embedded: ServerProcess;
  readonly store: ServerProcess;
}

/** The store on OpenSearch beside the same store with its own engine: all facets, the same queries, the same machine. */
export async function benchSearchOpenSearch(context: BenchContext): Promise<PartResult> {
  const rows: Row[] = [];
  const { quick, plugins } = context.options;
  for (const count of plugins === null ? (quick ? [200] : [10_000, 100_000]) : [plugins]) {
    rows.push(...(await benchSize(context, count)));
  }
  return { rows, profiles: [] };
}

async function benchSize(context: BenchContext, count: number): Promise<Row[]> {
  const { seeds } = context;
  const seeded = await seeds.folder(count);
  // A store of its own, since a database has one store.
  const folder = seeds.emptyFolder();
  for (const name of ['mortise.sqlite', 'blobs'])
    cpSync(join(seeded, name), join(folder, name), { recursive: true });
  const server = await OpenSearchServer.start({ profile: 'server', heap: count < manyPlugins ? '1g' : '2g' });
  const embedded = await ServerProcess.startStore({ folder: seeded });
  const environment = { MORTISE_SEARCH: `${server.address}?prefix=${prefix}` };
  const store = await ServerProcess.startStore({ folder, environment });
  try {
    await embedded.answers('/health/ready');
    await store.answers('/health/ready');
    const contest = { context, count, folder, server, embedded, store };
    const pace = await comparePace(contest);
    return [...pace, await measureRebuild(contest), ...(await measureVisibility(contest))];
  } finally {
    await Promise.all([embedded.stop(), store.stop()]);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function comparePace({ context, count, embedded, store }: Contest): Promise<Row[]> {
  const { load, options, seeds } = context;
  const queries = generateQueries(seed, seeds.plugins(count), options.quick ? 200 : 5_000);
  await checkSame(store, embedded, queries);
  const plan = await load.prepare(queries.map((query) => ({ path: searchPath(query) })));
  const seconds = options.quick ? 0.5 : 5;
  const contenders = {
    ours: () => search(context, plan, store, seconds),
    embedded: () => search(context, plan, embedded, seconds),
  };
  await alternate(contenders, options.quick ? 1 : warmingRounds);
  const figures = await alternate(contenders, options.quick ? 2 : 4);
  const rates = (list: readonly Figure[]) => list.map((figure) => figure.perSecond);
  const ratio = ratioOf(rates(figures.ours), rates(figures.embedded));
  const p99 = spreadOf(figures.ours.map((figure) => figure.p99));
  const title = `search on OpenSearch, ${count.toLocaleString('en')} plugins, ${connections} connections`;
  return [
    {
      what: title,
      ours: perSecond(spreadOf(rates(figures.ours))),
      floor: perSecond(spreadOf(rates(figures.embedded))),
      ratio: ratioText(ratio),
      goal: count < manyPlugins ? '' : '≥ 1 of the embedded engine',
      reached: count < manyPlugins ? null : ratio.median >= 1,
      note: `${latencies(figures.ours)}; embedded ${latencies(figures.embedded)}`,
    },
    {
      what: title,
      ours: `p99 ${milliseconds(p99)}`,
      floor: '',
      ratio: '',
      goal: count < manyPlugins ? `p99 ≤ ${slowestMs} ms` : '',
      reached: count < manyPlugins ? p99.median <= slowestMs : null,
      note: '',
    },
  ];
}

const latencies = (list: readonly Figure[]): string => {
  const of = (pick: (figure: Figure) => number): Spread => spreadOf(list.map(pick));
  return `p50 ${milliseconds(of(({ p50 }) => p50))}, p99 ${milliseconds(of(({ p99 }) => p99))}`;
};

async function search(
  { load }: BenchContext,
  plan: LoadPlan,
  { port }: ServerProcess,
  seconds: number,
): Promise<Figure> {
  const outcome = await load.run(plan, { port, connections, seconds, expectedStatuses: [200] });
  return {
    perSecond: outcome.requests / outcome.seconds,
    p50: quantile(outcome.latenciesMs, 0.5),
    p99: quantile(outcome.latenciesMs, 0.99),
  };
}

/** `mortise-registry reindex` beside the store, while somebody searches for everything again and again. */
async function measureRebuild({ store, server, folder, count }: Contest): Promise<Row> {
  const due = await totalOf(store);
  const seen = { searches: 0, failed: 0, short: 0 };
  const isOver = new AbortController();
  const watching = (async () => {
    while (!isOver.signal.aborted) {
      const total = await totalOf(store).catch(() => null);
      seen.searches += 1;
      if (total === null) seen.failed += 1;
      else if (total < due) seen.short += 1;
    }
  })();
  const startedAt = performance.now();
  const code = await reindex(folder, server.address);
  const tookMs = performance.now() - startedAt;
  await pause(1_000);
  isOver.abort();
  await watching;
  if (code !== 0) throw new Error('mortise-registry reindex failed.');
  const isWhole = seen.failed === 0 && seen.short === 0;
  return {
    what: `rebuild of ${count.toLocaleString('en')} while searches go on`,
    ours: `${(tookMs / 1000).toFixed(1)} s`,
    floor: '',
    ratio: '',
    goal: count <= 100_000 ? '≤ 180 s, 0 failed, 0 short' : '0 failed, 0 short',
    reached: isWhole && (count > 100_000 || tookMs <= rebuiltWithinMs),
    note: `${seen.searches} searches meanwhile: ${seen.failed} failed, ${seen.short} short`,
  };
}

async function totalOf(store: ServerProcess): Promise<number> {
  // Another limit each time, so that no answer is kept from the last.
  const answer = await fetch(store.url('/api/v1/plugins?limit=1'), {
    headers: { 'cache-control': 'no-cache' },
  });
  if (answer.status !== 200) throw new Error(`A search was answered with ${answer.status}.`);
  return ((await answer.json()) as { total: number }).total;
}

async function reindex(folder: string, address: string): Promise<number | null> {
  const main = fileURLToPath(new URL('../../apps/registry/src/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, 'reindex'], {
    env: { PATH: process.env['PATH'], MORTISE_DATA: folder, MORTISE_SEARCH: `${address}?prefix=${prefix}` },
    stdio: 'ignore',
  });
  endWithBench(child);
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** Publishes at a steady pace, and looks from elsewhere, as another replica would, when searches find it. */
async function measureVisibility({ context, store, server, count }: Contest): Promise<Row[]> {
  const client = await StoreClient.signIn(store);
  await client.createPublisher(publisher);
  const location = { addresses: [server.address], credentials: null, certificateFile: null, prefix };
  const elsewhere = new OpenSearchIndex(location, prefix);
  const publishes = context.options.quick ? 5 : 20 * publishesPerSecond;
  const publishing: Promise<{ acknowledgedMs: number; visibleMs: number }>[] = [];
  for (let at = 0; at < publishes; at += 1) {
    publishing.push(publishAndFind(client, elsewhere, `visible-${at}`));
    await pause(1000 / publishesPerSecond);
  }
  const figures = await Promise.all(publishing);
  await elsewhere.close();
  const sorted = (pick: (figure: (typeof figures)[number]) => number) =>
    Float64Array.from(figures.map(pick)).sort();
  const visible = sorted(({ visibleMs }) => visibleMs);
  const acknowledged = sorted(({ acknowledgedMs }) => acknowledgedMs);
  const figure = (list: Float64Array) =>
    `p50 ${quantile(list, 0.5).toFixed(0)}, p99 ${quantile(list, 0.99).toFixed(0)}, worst ${(list.at(-1) ?? NaN).toFixed(0)} ms`;
  return [
    {
      what: `acknowledged to found elsewhere, ${publishesPerSecond}/s, ${count.toLocaleString('en')} plugins`,
      ours: figure(visible),
      floor: '',
      ratio: '',
      goal: `p99 ≤ ${visibleWithinMs} ms`,
      reached: quantile(visible, 0.99) <= visibleWithinMs,
      note: `publishes took ${figure(acknowledged)}`,
    },
  ];
}

async function publishAndFind(client: StoreClient, elsewhere: OpenSearchIndex, name: string) {
  const form = '[{type: integer, name: days, label: Days}]';
  const descriptor = `name: ${name}\nversion: 1.0.0\ninterfaces: {default: {form: ${form}}}\n`;
  const startedAt = performance.now();
  await client.publish(publisher, descriptor, []);
  const acknowledgedAt = performance.now();
  const query = parseSearchQuery({ q: `${publisher}/${name}`, limit: '1' });
  while ((await elsewhere.find(query)).hits[0]?.document.id !== `${publisher}/${name}`) await pause(5);
  return { acknowledgedMs: acknowledgedAt - startedAt, visibleMs: performance.now() - acknowledgedAt };
}
