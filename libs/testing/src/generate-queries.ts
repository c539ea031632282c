import type { PluginDocument } from '#search';
import { Random } from './random.js';
import { subjects, tasks } from './search-vocabulary-data.js';

/** Parameters of a search as they stand in its address. */
export type GeneratedQuery = Readonly<Record<string, string | string[]>>;

/** A search whose one right answer is known. */
export interface KnownItemQuery {
  readonly text: string;
  readonly id: string;
}

const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');

/** One slip of the fingers: a letter left out, doubled, changed, or swapped with its neighbour. */
function mistyped(random: Random, text: string): string {
  const places = Array.from(text.matchAll(/(?!^)[a-z]/gi), ({ index }) => index);
  const longest = places.filter((at) => isInLongWord(text, at));
  const at = random.pick(longest.length > 0 ? longest : places);
  const [before, letter, after] = [text.slice(0, at), text.charAt(at), text.slice(at + 1)];
  const slips = [
    () => before + after,
    () => before + letter + letter + after,
    () => before + random.pick(letters) + after,
    () => (/^[a-z]/i.test(after) ? before + after.charAt(0) + letter + after.slice(1) : before + after),
  ];
  return random.pick(slips)();
}

/** Whether the word around a place is long enough for a slip to be forgiven. */
function isInLongWord(text: string, at: number): boolean {
  const start = text.slice(0, at).search(/[a-z0-9]*$/i);
  return (/^[a-z0-9]+/i.exec(text.slice(start))?.[0].length ?? 0) >= 4;
}

/** The shortest beginning, of at least four letters and two thirds of the name, that no other name has. */
function uniqueBeginning(text: string, beginnings: ReadonlyMap<string, number>): string | undefined {
  for (let length = Math.max(4, Math.ceil((text.length * 2) / 3)); length < text.length; length += 1) {
    const beginning = text.slice(0, length);
    if (beginnings.get(beginning.toLowerCase()) === 1 && /[a-z0-9]$/i.test(beginning)) return beginning;
  }
  return undefined;
}

function countBeginnings(documents: readonly PluginDocument[]): Map<string, number> {
  const beginnings = new Map<string, number>();
  for (const { name } of documents) {
    for (let length = 4; length < name.length; length += 1) {
      const beginning = name.slice(0, length).toLowerCase();
      beginnings.set(beginning, (beginnings.get(beginning) ?? 0) + 1);
    }
  }
  return beginnings;
}

/** Searches for plugins by name, as written, by a beginning of it and with one typo, each with what must come first. */
export function generateKnownItemQueries(
  seed: number,
  documents: readonly PluginDocument[],
  count: number,
): { exact: KnownItemQuery[]; prefix: KnownItemQuery[]; typo: KnownItemQuery[] } {
  const random = new Random(seed);
  const listed = documents.filter(({ withdrawn }) => !withdrawn);
  const beginnings = countBeginnings(documents);
  const names = new Set(documents.map(({ name }) => name.toLowerCase()));
  const queries = { exact: [], prefix: [], typo: [] } as Record<
    'exact' | 'prefix' | 'typo',
    KnownItemQuery[]
  >;
  for (let left = count; left > 0; left -= 1) {
    const { id, name } = random.pick(listed);
    queries.exact.push({ text: name, id });
    const beginning = uniqueBeginning(name, beginnings);
    if (beginning !== undefined) queries.prefix.push({ text: beginning, id });
    const typo = mistyped(random, name);
    if (!names.has(typo.toLowerCase())) queries.typo.push({ text: typo, id });
  }
  return queries;
}

function textFor(random: Random, document: PluginDocument): string {
  const { name } = document;
  const words = (document.summary ?? name).split(' ');
  const shapes = [
    () => name,
    () => name.slice(0, random.between(3, Math.max(3, name.length - 1))),
    () => mistyped(random, name),
    () => `${random.pick(words)} ${random.pick(words)}`,
    () => `${random.pickRanked(subjects)} ${random.pickRanked(tasks)}`,
    () => `${random.pick(subjects)} ${random.pick(words).slice(0, 4)}`,
    () => `${random.pick(document.tags)} ${document.maintainer?.split(' ')[1] ?? ''}`.trim(),
    () => random.pickRanked(subjects),
  ];
  return random.pick(shapes)();
}

function filtersFor(random: Random, document: PluginDocument): Record<string, string | string[]> {
  const shapes: (() => Record<string, string | string[]>)[] = [
    () => ({ category: random.pick(document.categories) }),
    () => ({ tag: [...document.tags.slice(0, 2)] }),
    () => ({ kind: document.kind, trust: document.trust }),
    () => ({ publisher: document.publisher }),
    () => ({ interface: random.pick(document.interfaces), sort: 'updated' }),
    () => ({ has: 'backend', sort: 'downloads' }),
    () => ({ host: 'galaxy@20.1.0' }),
  ];
  return random.pick(shapes)();
}

/** So many searches, no two the same: names, beginnings, typos, several words, and about a third with filters. */
export function generateQueries(
  seed: number,
  documents: readonly PluginDocument[],
  count: number,
): GeneratedQuery[] {
  const random = new Random(seed);
  const queries = new Map<string, GeneratedQuery>();
  while (queries.size < count) {
    const document = random.pick(documents);
    const query = {
      q: textFor(random, document),
      ...(random.chance(0.35) ? filtersFor(random, document) : {}),
    };
    queries.set(JSON.stringify(query), query);
  }
  return [...queries.values()];
}
