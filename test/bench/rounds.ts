import { readdirSync, readFileSync } from 'node:fs';
import { alternate } from './alternate.js';
import type { LoadGenerator, LoadPlan } from './load-generator.js';
import { microseconds, ratioRow, ratioText } from './report.js';
import type { Row } from './report.js';
import { ratioOf, spreadOf } from './spread.js';

/** What so many requests came to. */
export interface Round {
  /** Answers a second. */
  readonly rate: number;
  /** Of all threads of the server, for one answer; NaN where the system does not tell (it is Linux that does). */
  readonly cpuMicroseconds: number;
}

export interface RoundOptions {
  readonly server: { readonly pid: number; readonly port: number };
  readonly plan: LoadPlan;
  /** The same in every round, so that each is as much work as the others however long it takes. */
  readonly amount: number;
  readonly connections: number;
  readonly expectedStatus?: number;
  /** What each answer holds at least. */
  readonly leastBytes?: number;
}

const warmUpRounds = 3;
const manyRounds = 60;
const quickRounds = 2;
const quickShare = 20;

/**
 * Runs the contenders in turn, after rounds that only warm them up. The rounds are short and many: a neighbour's burst
 * spoils a few of them, and not the median.
 */
export async function runRounds<Name extends string>(
  contenders: Readonly<Record<Name, () => Promise<Round>>>,
  quick: boolean,
  rounds = manyRounds,
): Promise<Record<Name, Round[]>> {
  await alternate(contenders, quick ? 1 : warmUpRounds);
  return alternate(contenders, quick ? quickRounds : rounds);
}

/** How many requests a round has. */
export const amountOf = (quick: boolean, amount = 2000): number =>
  quick ? Math.ceil(amount / quickShare) : amount;

export async function runRound(load: LoadGenerator, options: RoundOptions): Promise<Round> {
  const { server, plan, amount, connections, expectedStatus = 200, leastBytes = 1 } = options;
  const before = cpuNanoseconds(server.pid);
  const { requests, seconds, leastBodyBytes } = await load.run(plan, {
    port: server.port,
    connections,
    amount,
    expectedStatuses: [expectedStatus],
  });
  const spent = spentSince(before, cpuNanoseconds(server.pid));
  if (leastBodyBytes < leastBytes) throw new Error(`An answer had ${leastBodyBytes} bytes.`);
  return { rate: requests / seconds, cpuMicroseconds: spent / requests / 1000 };
}

/** What each thread of a process has had of the processors; undefined where the system does not tell. */
function cpuNanoseconds(pid: number): ReadonlyMap<string, number> | undefined {
  const threads = `/proc/${pid}/task`;
  try {
    return new Map(
      readdirSync(threads).map((thread) => {
        const spent = readFileSync(`${threads}/${thread}/schedstat`, 'utf8').split(' ', 1)[0];
        return [thread, Number(spent)];
      }),
    );
  } catch {
    return undefined;
  }
}

/** Of a thread that has ended meanwhile nobody knows what it had. */
function spentSince(
  before: ReadonlyMap<string, number> | undefined,
  after: ReadonlyMap<string, number> | undefined,
): number {
  if (before === undefined || after === undefined) return NaN;
  let spent = 0;
  for (const [thread, nanoseconds] of after) spent += nanoseconds - (before.get(thread) ?? 0);
  return spent;
}

interface Goal {
  readonly goal: number;
  readonly of: string;
  readonly note?: string;
}

/** A row for rounds that were run in turn: judged by the rates, and explained by what an answer cost each server. */
export function roundsRow(
  what: string,
  ours: readonly Round[],
  floor: readonly Round[],
  { goal, of, note = '' }: Goal,
): Row {
  const notes = [note, costOf(ours, floor)].filter((text) => text !== '');
  return ratioRow(what, {
    ours: spreadOf(ours.map(rateOf)),
    floor: spreadOf(floor.map(rateOf)),
    ratio: rateRatioOf(ours, floor),
    goal,
    of,
    note: notes.join('; '),
  });
}

/** The ratio of the rates, round by round. */
export const rateRatioOf = (ours: readonly Round[], floor: readonly Round[]) =>
  ratioOf(ours.map(rateOf), floor.map(rateOf));

/** The other way round than rates, so that the two ratios stand beside each other. */
function costOf(ours: readonly Round[], floor: readonly Round[]): string {
  const ourCosts = ours.map((round) => round.cpuMicroseconds);
  const floorCosts = floor.map((round) => round.cpuMicroseconds);
  const ratio = ratioOf(floorCosts, ourCosts);
  if (Number.isNaN(ratio.median)) return '';
  return `CPU an answer ${microseconds(spreadOf(ourCosts))}, floor ${microseconds(spreadOf(floorCosts))}: ${ratioText(ratio)}`;
}

const rateOf = ({ rate }: Round): number => rate;
