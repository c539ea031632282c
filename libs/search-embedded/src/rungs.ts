import { limits } from '#kernel';
import { allowedEdits, matchFactors } from '#search';
import type { TextQuery, Word } from '#search';
import type { MatchList } from './block-matcher.js';
import type { IndexReader, TermPostings } from './index-reader.js';
import { longestPrefixRow, prefixMark } from './schema.js';

/** One way to read the tokens of a search: the lists of each token by block, and the words to be marked. */
export interface Rung {
  readonly needsAll: boolean;
  readonly tokens: readonly ReadonlyMap<number, readonly MatchList[]>[];
  readonly marked: ReadonlySet<string>;
  readonly prefix: string | null;
}

type Lists = Map<number, MatchList[]>;

/** What of a token's near terms is looked at. */
type Correction = 'none' | 'nearest-same-start' | 'all';

/**
 * The readings of a search, the strictest first; the first that finds anything is taken, whatever the filters:
 * the words as they are, the last one as a prefix too; their parts; their nearest terms, beginning with the same
 * letter; all their near terms; any of the words.
 */
export function* rungs(reader: IndexReader, { tokens }: TextQuery, asTyped: boolean): Generator<Rung> {
  yield rung(reader, tokens, 'none', { needsAll: true, asTyped });
  if (tokens.some((token) => token.parts.length > 0)) {
    yield rung(reader, tokens.flatMap(partsOf), 'none', { needsAll: true, asTyped });
  }
  yield rung(reader, tokens, 'nearest-same-start', { needsAll: true, asTyped });
  yield rung(reader, tokens, 'all', { needsAll: true, asTyped });
  yield rung(reader, tokens, 'all', { needsAll: false, asTyped });
}

function partsOf(word: Word): Word[] {
  return word.parts.length === 0 ? [word] : word.parts.map((token) => ({ token, parts: [] }));
}

interface RungOptions {
  readonly needsAll: boolean;
  /** Whether the last token is still being typed: then its correction may be of a beginning too. */
  readonly asTyped: boolean;
}

function rung(
  reader: IndexReader,
  words: readonly Word[],
  correction: Correction,
  { needsAll, asTyped }: RungOptions,
): Rung {
  const marked = new Set<string>();
  const last = words.at(-1)?.token ?? null;
  const tokens = words.map(({ token }, at) => {
    const lists: Lists = new Map();
    marked.add(token);
    const isLast = at === words.length - 1;
    const exact = reader.postings(token);
    addLists(lists, exact, matchFactors.exact);
    if (isLast) addPrefix(reader, lists, token);
    const wanted = correction === 'all' || (correction === 'nearest-same-start' && exact.length === 0);
    if (wanted) addNear(reader, lists, marked, { token, correction, asPrefix: isLast && asTyped });
    return lists;
  });
  return { needsAll, tokens, marked, prefix: last };
}

function addLists(lists: Lists, found: readonly TermPostings[], factor: number): void {
  for (const { block, postings } of found) {
    const known = lists.get(block);
    if (known === undefined) lists.set(block, [{ postings, factor }]);
    else known.push({ postings, factor });
  }
}

function addPrefix(reader: IndexReader, lists: Lists, token: string): void {
  const found =
    token.length <= longestPrefixRow ? reader.postings(prefixMark + token) : reader.postingsBeginning(token);
  addLists(lists, found, matchFactors.prefix);
}

interface NearOptions {
  readonly token: string;
  readonly correction: Correction;
  readonly asPrefix: boolean;
}

function addNear(
  reader: IndexReader,
  lists: Lists,
  marked: Set<string>,
  { token, correction, asPrefix }: NearOptions,
): void {
  const edits = allowedEdits(token.length);
  if (edits === 0) return;
  const near = reader.terms.near(token, { edits, sameStart: correction !== 'all', asPrefix });
  let nearest = Infinity;
  for (const { term, edits: distance } of near.slice(0, limits.searchCorrections)) {
    if (correction !== 'all' && distance > nearest) return;
    const found = reader.postings(term);
    if (found.length === 0) continue;
    nearest = Math.min(nearest, distance);
    marked.add(term);
    addLists(lists, found, distance > 1 ? matchFactors.twoEdits : matchFactors.oneEdit);
  }
}
