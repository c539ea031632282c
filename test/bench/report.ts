import type { Spread } from './spread.js';

export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly floor: string;
  readonly ratio: string;
  readonly goal: string;
  /** Null for a figure that has no goal. */
  readonly reached: boolean | null;
  readonly note: string;
}

const heads = ['', 'ours', 'floor', 'ratio', 'goal', 'reached', ''] as const;

const whole = (figure: number) => Math.round(figure).toLocaleString('en');

export const perSecond = ({ median, least, most }: Spread) =>
  `${whole(median)}/s (${whole(least)}–${whole(most)})`;

export const ratioText = ({ median, least, most }: Spread) =>
  `${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;

export const microseconds = ({ median, least, most }: Spread) =>
  `${whole(median)} µs (${whole(least)}–${whole(most)})`;

export const milliseconds = ({ median, least, most }: Spread) =>
  `${median.toFixed(1)} ms (${least.toFixed(1)}–${most.toFixed(1)})`;

export const seconds = ({ median, least, most }: Spread) =>
  `${median.toFixed(1)} s (${least.toFixed(1)}–${most.toFixed(1)})`;

export const mebibytes = ({ median, least, most }: Spread) =>
  `${median.toFixed(0)} MB (${least.toFixed(0)}–${most.toFixed(0)})`;

/** A row whose goal is a share of a floor. */
export function ratioRow(
  what: string,
  figures: { ours: Spread; floor: Spread; ratio: Spread; goal: number; of: string; note?: string },
): Row {
  const { ours, floor, ratio, goal, of, note = '' } = figures;
  return {
    what,
    ours: perSecond(ours),
    floor: perSecond(floor),
    ratio: ratioText(ratio),
    goal: `≥ ${goal} of ${of}`,
    reached: ratio.median >= goal,
    note,
  };
}

/** The rows as a plain table. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    row.ours,
    row.floor,
    row.ratio,
    row.goal,
    row.reached === null ? '' : row.reached ? 'yes' : 'NO',
    row.note,
  ]);
  const lines = [[...heads], ...cells];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => [...(line[column] ?? '')].length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
