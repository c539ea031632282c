import { alternate } from './alternate.js';
import type { BenchContext, PartResult } from './bench-part.js';
import { mebibytes, milliseconds } from './report.js';
import type { Row } from './report.js';
import { spreadOf } from './spread.js';
import type { Spread } from './spread.js';
import { ServerProcess } from './store-process.js';

const moreMilliseconds = 500;
const moreMebibytes = 60;
const restMs = 3000;
/** How much more a hundred thousand plugins may take than ten thousand to be called as much. */
const flatShare = 1.25;

interface Figure {
  readonly answerMs: number;
  readonly searchMs: number;
  readonly memory: number;
}

/** Start to first answer and memory at rest, beside a bare Nest application that is started in turn. */
export async function benchStart({ options, seeds }: BenchContext): Promise<PartResult> {
  const counts = options.quick ? [200] : [10_000, 100_000];
  const rounds = options.quick ? 1 : 5;
  const rows: Row[] = [];
  const medians: { answer: number; memory: number }[] = [];
  for (const count of counts) {
    const folder = await seeds.folder(count);
    const plugin = `/api/v1/plugins/${seeds.plugins(count)[0]!.id}`;
    const figures = await alternate(
      {
        ours: () =>
          startAndRest(() => ServerProcess.startStore({ folder }), plugin, '/api/v1/plugins?q=kubernetes'),
        bare: () => startAndRest(() => ServerProcess.startBareNest(), '/api/v1/plugins/a/b', null),
      },
      rounds,
    );
    const { ours, bare } = figures;
    const title = `${count.toLocaleString('en')} plugins`;
    const search = milliseconds(spreadOf(ours.map(({ searchMs }) => searchMs)));
    const answer = spreadOf(ours.map(({ answerMs }) => answerMs));
    const memory = spreadOf(ours.map((figure) => figure.memory));
    rows.push(
      difference(`start to first answer, ${title}`, {
        ours: answer,
        bare: spreadOf(bare.map(({ answerMs }) => answerMs)),
        most: moreMilliseconds,
        print: milliseconds,
        unit: 'ms',
        note: `first search after ${search}`,
      }),
      difference(`memory at rest, ${title}`, {
        ours: memory,
        bare: spreadOf(bare.map((figure) => figure.memory)),
        most: moreMebibytes,
        print: mebibytes,
        unit: 'MB',
        note: '',
      }),
    );
    medians.push({ answer: answer.median, memory: memory.median });
  }
  const [small, large] = medians;
  if (small && large) {
    rows.push(flatness('start', small.answer, large.answer), flatness('memory', small.memory, large.memory));
  }
  return { rows, profiles: [] };
}

async function startAndRest(
  start: () => Promise<ServerProcess>,
  path: string,
  searchPath: string | null,
): Promise<Figure> {
  const server = await start();
  try {
    const answerMs = await server.answers(path);
    const searchMs = searchPath === null ? NaN : await server.answers(searchPath);
    await new Promise((resolve) => setTimeout(resolve, restMs));
    return { answerMs, searchMs, memory: server.memoryMebibytes() };
  } finally {
    await server.stop();
  }
}

function difference(
  what: string,
  figures: {
    ours: Spread;
    bare: Spread;
    most: number;
    print: (spread: Spread) => string;
    unit: string;
    note: string;
  },
): Row {
  const { ours, bare, most, print, unit, note } = figures;
  const more = ours.median - bare.median;
  return {
    what,
    ours: print(ours),
    floor: print(bare),
    ratio: `+${more.toFixed(0)} ${unit}`,
    goal: `≤ +${most} ${unit} over bare Nest`,
    reached: more <= most,
    note,
  };
}

function flatness(what: string, small: number, large: number): Row {
  return {
    what: `${what}, 100,000 beside 10,000 plugins`,
    ours: '',
    floor: '',
    ratio: (large / small).toFixed(2),
    goal: `flat (≤ ${flatShare})`,
    reached: large / small <= flatShare,
    note: '',
  };
}
