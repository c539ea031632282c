import { join } from 'node:path';
import { generateQueries } from '#testing';
import type { GeneratedQuery } from '#testing';
import { alternate } from './alternate.js';
import { profileOf } from './bench-part.js';
import type { BenchContext, PartResult } from './bench-part.js';
import { Child } from './child-process.js';
import type { LoadPlan } from './load-generator.js';
import { milliseconds, perSecond, ratioRow } from './report.js';
import type { Row } from './report.js';
import type { SearchFloorCommand, SearchFloorReply } from './search-floor.js';
import { quantile, ratioOf, spreadOf } from './spread.js';
import { ServerProcess } from './store-process.js';

const seed = 11;
const goal = 0.6;
const slowestMs = 20;
const checkedQueries = 60;
/** Searches a second to aim at, by the number of plugins. */
const aims: Readonly<Record<number, number>> = { 10_000: 1000, 100_000: 200 };

interface Figure {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Searches over HTTP with all facets, beside the same engine called in process with the same queries. */
export async function benchSearch(context: BenchContext): Promise<PartResult> {
  const rows: Row[] = [];
  const profiles: string[] = [];
  for (const count of context.options.quick ? [200] : [10_000, 100_000]) {
    const result = await benchSize(context, count);
    rows.push(...result.rows);
    profiles.push(...result.profiles);
  }
  return { rows, profiles };
}

async function benchSize(context: BenchContext, count: number): Promise<PartResult> {
  const { load, options, seeds } = context;
  const folder = await seeds.folder(count);
  const queries = generateQueries(seed, seeds.plugins(count), options.quick ? 500 : 10_000);
  const store = await ServerProcess.startStore({ folder, probe: true });
  const floor = Child.start<SearchFloorCommand, SearchFloorReply>('./search-floor.js');
  try {
    await store.answers('/health/ready');
    await floor.ask({ kind: 'open', folder: join(folder, 'search'), queries });
    await checkFloor(store, floor, queries);
    const plan = await load.prepare(queries.map((query) => ({ path: searchPath(query) })));
    const seconds = options.quick ? 0.3 : 2;
    const contenders = {
      sixteen: () => search(context, plan, { port: store.port, connections: 16, seconds }),
      engine: async (): Promise<Figure> => {
        const reply = await floor.ask({ kind: 'run', seconds });
        return { perSecond: reply.perSecond, p50: NaN, p99: NaN };
      },
      four: () => search(context, plan, { port: store.port, connections: 4, seconds }),
    };
    await alternate(contenders, 1); // All warm themselves up.
    const figures = await alternate(contenders, options.quick ? 2 : 4);
    const rows = rowsOf(count, figures);
    const isMissed = rows.some((row) => row.reached === false) && options.profile;
    const title = `search at 16 connections, ${count.toLocaleString('en')} plugins`;
    return { rows, profiles: isMissed ? await profileOf(store, title, contenders.sixteen) : [] };
  } finally {
    await Promise.all([store.stop(), floor.stop()]);
  }
}

function rowsOf(count: number, figures: Record<'sixteen' | 'engine' | 'four', Figure[]>): Row[] {
  const { sixteen, engine, four } = figures;
  const rates = (list: readonly Figure[]) => list.map((figure) => figure.perSecond);
  const title = `search, ${count.toLocaleString('en')} plugins`;
  const latencies = (list: readonly Figure[]) =>
    `p50 ${milliseconds(spreadOf(list.map(({ p50 }) => p50)))}, p99 ${milliseconds(spreadOf(list.map(({ p99 }) => p99)))}`;
  const aim = aims[count];
  const p99 = spreadOf(four.map((figure) => figure.p99));
  const rate = spreadOf(rates(sixteen));
  return [
    ratioRow(`${title}, 16 connections`, {
      ours: rate,
      floor: spreadOf(rates(engine)),
      ratio: ratioOf(rates(sixteen), rates(engine)),
      goal,
      of: 'the engine in process',
      note: latencies(sixteen),
    }),
    {
      what: `${title}, 16 connections`,
      ours: perSecond(rate),
      floor: '',
      ratio: '',
      goal: aim === undefined ? '' : `aim ${aim}/s`,
      reached: aim === undefined ? null : rate.median >= aim,
      note: '',
    },
    {
      what: `${title}, 4 connections`,
      ours: `p99 ${milliseconds(p99)}`,
      floor: '',
      ratio: '',
      goal: count === 10_000 ? `p99 < ${slowestMs} ms` : '',
      reached: count === 10_000 ? p99.median < slowestMs : null,
      note: `${perSecond(spreadOf(rates(four)))}, ${latencies(four)}`,
    },
  ];
}

async function search(
  { load }: BenchContext,
  plan: LoadPlan,
  options: { port: number; connections: number; seconds: number },
): Promise<Figure> {
  const outcome = await load.run(plan, { ...options, expectedStatuses: [200] });
  return {
    perSecond: outcome.requests / outcome.seconds,
    p50: quantile(outcome.latenciesMs, 0.5),
    p99: quantile(outcome.latenciesMs, 0.99),
  };
}

/** Both have to find the same, or their speeds are not to be compared. */
export async function checkSame(
  store: ServerProcess,
  other: ServerProcess,
  queries: readonly GeneratedQuery[],
): Promise<void> {
  for (const query of queries.slice(0, checkedQueries)) {
    const path = searchPath(query);
    const [one, another] = await Promise.all([answerOf(store, path), answerOf(other, path)]);
    if (JSON.stringify(one) !== JSON.stringify(another)) {
      throw new Error(`${path} finds something else with the one engine than with the other.`);
    }
  }
}

interface Answer {
  readonly items: readonly { readonly id: string }[];
  readonly total: number;
  readonly facets: object;
}

async function answerOf(
  store: ServerProcess,
  path: string,
): Promise<Omit<Answer, 'items'> & { ids: string }> {
  const response = await fetch(store.url(path));
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path} was answered with ${response.status}: ${text}`);
  const { items, total, facets } = JSON.parse(text) as Answer;
  return { ids: items.map(({ id }) => id).join(), total, facets };
}

/** As `checkSame`, with the engine in process. */
async function checkFloor(
  store: ServerProcess,
  floor: Child<SearchFloorCommand, SearchFloorReply>,
  queries: readonly GeneratedQuery[],
): Promise<void> {
  for (let at = 0; at < Math.min(checkedQueries, queries.length); at += 1) {
    const path = searchPath(queries[at]!);
    const answer = await answerOf(store, path);
    const expected = await floor.ask({ kind: 'find', at });
    const isSame = answer.total === expected.total && answer.ids === expected.ids.join();
    if (!isSame) throw new Error(`${path} finds something else than the engine in process does.`);
    if (Object.keys(answer.facets).length === 0) throw new Error(`${path} has no facets.`);
  }
}

export function searchPath(query: GeneratedQuery): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) parameters.append(name, one);
  }
  return `/api/v1/plugins?${parameters.toString()}`;
}
