/** What several rounds came to. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(figures: readonly number[]): Spread {
  const sorted = [...figures].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN;
  return { median: (lower + upper) / 2, least: sorted[0] ?? NaN, most: sorted.at(-1) ?? NaN };
}

/** The ratio of each round of one to the same round of the other: what disturbed both drops out. */
export function ratioOf(ours: readonly number[], floor: readonly number[]): Spread {
  return spreadOf(ours.map((figure, round) => figure / (floor[round] ?? NaN)));
}

/** The value below which `share` of the sorted figures lie. */
export function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
