import { normalizeName, pluginId } from '#kernel';
import type { PluginDocument } from '#search';
import { Random } from './random.js';
import * as vocabulary from './search-vocabulary-data.js';

interface World {
  readonly random: Random;
  readonly publishers: readonly string[];
  /** All words of long texts, the commonest first. */
  readonly lexicon: readonly string[];
  readonly tags: readonly string[];
  readonly taken: Set<string>;
}

const { subjects, qualities, tasks, syllables } = vocabulary;
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const epoch = Date.UTC(2020, 0, 1);
const dayMs = 86_400_000;

function inventedWord(random: Random): string {
  return Array.from({ length: random.between(2, 4) }, () => random.pick(syllables)).join('');
}

function makeWorld(seed: number, count: number): World {
  const random = new Random(seed);
  const invented = Array.from({ length: 6000 }, () => inventedWord(random));
  const known = [...vocabulary.verbs, ...subjects, ...tasks, ...qualities];
  return {
    random,
    publishers: Array.from({ length: Math.max(20, Math.floor(count / 12)) }, (_, at) => `${inventedWord(random)}${at % 3 === 0 ? '-labs' : ''}`),
    lexicon: [...vocabulary.connectives, ...known, ...invented],
    tags: [...subjects, ...qualities, ...invented.slice(0, 1500)],
    taken: new Set(),
  };
} // prettier-ignore

function nameWords({ random }: World): string[] {
  const brand = inventedWord(random);
  const shapes = [
    () => [brand, random.pickRanked(subjects)],
    () => [brand, random.pickRanked(tasks)],
    () => [random.pick(qualities), random.pickRanked(subjects), random.pickRanked(tasks)],
    () => [brand, random.pickRanked(subjects), random.pickRanked(tasks)],
    () => [brand],
  ];
  return random.pick(shapes)();
}

/** Words of a name that no other plugin has, however both are spelled. */
function freshName(world: World): string[] {
  const name = nameWords(world);
  while (world.taken.has(name.join(''))) name.push(inventedWord(world.random));
  world.taken.add(name.join(''));
  return name;
}

function writtenName(random: Random, name: readonly string[]): string {
  if (random.chance(0.3)) return name.map(capital).join('');
  return name.join(random.chance(0.2) ? '_' : '-');
}

function sentence({ random, lexicon }: World, words: number): string {
  const text = Array.from({ length: words }, () => random.pickRanked(lexicon)).join(' ');
  return `${capital(text)}.`;
}

function summaryOf({ random }: World): string {
  const { verbs } = vocabulary;
  return `${capital(random.pickRanked(verbs))} ${random.pick(qualities)} ${random.pickRanked(subjects)} ${random.pickRanked(tasks)} for ${random.pickRanked(subjects)} and ${random.pickRanked(subjects)}`;
}

function nextPlugin(world: World, at: number): PluginDocument {
  const { random } = world;
  const words = freshName(world);
  const name = writtenName(random, words);
  const publisher = random.pickRanked(world.publishers);
  const kind = random.chance(0.85) ? 'native' : random.pick(['insightconnect', 'cloudlaunch'] as const);
  const operations = kind === 'insightconnect' ? Array.from({ length: random.between(2, 8) }, () => summaryOf(world)) : [];
  const has = (['frontend', 'backend', 'form', 'lock'] as const).filter(() => random.chance(0.5));
  const host = random.pick(vocabulary.hostNames);
  return {
    id: pluginId(publisher, normalizeName(words.join('-'))),
    publisher,
    name,
    title: random.chance(0.7) ? words.map(capital).join(' ') : null,
    summary: summaryOf(world),
    description: Array.from({ length: random.between(4, 12) }, () => sentence(world, random.between(6, 16))).join(' '),
    maintainer: `${random.pick(vocabulary.givenNames)} ${capital(inventedWord(random))}`,
    version: `${random.between(0, 9)}.${random.between(0, 20)}.${random.between(0, 9)}`,
    categories: random.some(vocabulary.categoryNames, 1, 2),
    tags: random.some(world.tags, 1, 5),
    operations,
    interfaces: random.some(vocabulary.interfaceNames, 1, 3),
    kind,
    has: operations.length > 0 ? [...has, 'operations'] : has,
    trust: random.chance(0.2) ? 'trusted' : 'untrusted',
    requires: random.chance(0.3) ? { [host]: `>=${random.between(1, 25)}.0.0` } : {},
    downloads: Math.floor(1_000_000 ** random.next()) - 1,
    updatedAt: epoch + random.between(0, 2000) * dayMs + at,
    withdrawn: random.chance(0.01),
    // Not by chance: what the seed gives besides stays as it is.
    deprecated: at % 100 === 17 ? { message: 'Nobody mends it any more.', replacedBy: null } : null,
    revision: 1,
  };
} // prettier-ignore

/**
 * Plugins out of a seed, about 1 KB each: the same seed and count give the same. Words follow Zipf's law, as those
 * of languages do; no two names are one.
 */
export function* generatePlugins(seed: number, count: number): Generator<PluginDocument> {
  const world = makeWorld(seed, count);
  for (let at = 0; at < count; at += 1) yield nextPlugin(world, at);
}
