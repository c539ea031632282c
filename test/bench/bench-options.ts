export const partNames = [
  'reads',
  'search',
  'search-opensearch',
  'publish',
  'start',
  'introspect',
  'packages',
  'package-search',
  'package-publish',
  'postgres',
  'package-install',
  'host-agent',
  'host-install',
] as const;

export type PartName = (typeof partNames)[number];

export interface BenchOptions {
  readonly parts: readonly PartName[];
  /** Seconds instead of minutes: shows that the bench works, not how fast the store is. */
  readonly quick: boolean;
  /** Whether goals that are missed are run once more under the profiler. */
  readonly profile: boolean;
  /** A folder where seeded stores are kept from one run to the next; null throws them away. */
  readonly seeds: string | null;
  /** How many plugins `search-opensearch` is run with; null: 10,000 and 100,000. */
  readonly plugins: number | null;
}

export const usage = `npm run bench -- [${partNames.join('|')} …] [--quick] [--no-profile] [--seeds=FOLDER] [--plugins=NUMBER]`;

/** Reads the command line; throws an error with a sentence for what it does not know. */
export function parseBenchOptions(words: readonly string[]): BenchOptions {
  const parts = words.filter((word) => !word.startsWith('--'));
  const flags = words.filter((word) => word.startsWith('--'));
  const unknown =
    parts.find((word) => !isPart(word)) ??
    flags.find((flag) => !/^--(?:quick|no-profile|seeds=.+|plugins=\d+)$/.test(flag));
  if (unknown !== undefined) throw new Error(`The bench does not know "${unknown}". Usage: ${usage}`);
  const seeds = flags.find((flag) => flag.startsWith('--seeds='))?.slice('--seeds='.length) ?? null;
  const plugins = flags.find((flag) => flag.startsWith('--plugins='))?.slice('--plugins='.length);
  return {
    parts: parts.length === 0 ? partNames : parts.filter(isPart),
    quick: flags.includes('--quick'),
    profile: !flags.includes('--no-profile'),
    seeds,
    plugins: plugins === undefined ? null : Number(plugins),
  };
}

const isPart = (word: string): word is PartName => partNames.includes(word as PartName);
