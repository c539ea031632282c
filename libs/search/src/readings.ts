import { limits } from '#kernel';
import type { Word } from './analyze.js';
import { allowedEdits } from './edit-distance.js';
import type { HighlightTerms } from './highlight.js';
import { matchFactors } from './scoring.js';
import type { TextQuery } from './text-query.js';

/** What a token is looked up as: a term, or whatever begins with it and is longer; and what a match earns. */
export interface TermMatch {
  readonly term: string;
  readonly asPrefix: boolean;
  readonly factor: number;
}

/** One way to understand the text of a search. Of a token's matches, the best in each document counts. */
export interface Reading {
  /** Whether a document must match all of the tokens, or any. */
  readonly needsAll: boolean;
  readonly tokens: readonly (readonly TermMatch[])[];
  readonly marked: HighlightTerms;
}

export interface NearTerm {
  readonly term: string;
  readonly edits: number;
}

export interface Nearness {
  readonly edits: 1 | 2;
  /** Whether a term must begin as the token does. */
  readonly sameStart: boolean;
  /** Whether a beginning of the term may be near instead of all of it. */
  readonly asPrefix: boolean;
}

/** The terms of an index. */
export interface Vocabulary {
  has(term: string): boolean;
  /** Terms within so many edits of the token, itself left out: fewest edits first, then by length, then by letters. */
  near(token: string, nearness: Nearness): Iterable<NearTerm>;
}

/** Prefixes as short as this are looked for in the head of documents only: in all text they match nearly everything. */
export const shortPrefixCharacters = 2;

type Correction = 'none' | 'nearest' | 'all';

/**
 * The ways to understand a text, the strictest first. The first one that matches any document is taken, before the
 * filters are looked at: the words as they are, the last one as a prefix too; the parts of the words; the nearest
 * terms to words that don't exist, beginning with the same letter; all near terms; any of the words. `isTyping`:
 * the last word's correction may be one of a beginning.
 */
export function* readings(
  { tokens }: TextQuery,
  vocabulary: Vocabulary,
  isTyping: boolean,
): Generator<Reading> {
  const read = (words: readonly Word[], correction: Correction, needsAll: boolean) =>
    reading(words, vocabulary, { correction, needsAll, isTyping });
  yield read(tokens, 'none', true);
  if (tokens.some((token) => token.parts.length > 0)) yield read(tokens.flatMap(partsOf), 'none', true);
  yield read(tokens, 'nearest', true);
  yield read(tokens, 'all', true);
  if (tokens.length > 1) yield read(tokens, 'all', false);
}

function partsOf(word: Word): Word[] {
  return word.parts.length === 0 ? [word] : word.parts.map((token) => ({ token, parts: [] }));
}

interface ReadingOptions {
  readonly correction: Correction;
  readonly needsAll: boolean;
  readonly isTyping: boolean;
}

function reading(
  words: readonly Word[],
  vocabulary: Vocabulary,
  { correction, needsAll, isTyping }: ReadingOptions,
): Reading {
  const tokens = words.map(({ token }, at) => {
    const isLast = at === words.length - 1;
    const matches: TermMatch[] = [{ term: token, asPrefix: false, factor: matchFactors.exact }];
    if (isLast) matches.push({ term: token, asPrefix: true, factor: matchFactors.prefix });
    const isWanted = correction === 'all' || (correction === 'nearest' && !vocabulary.has(token));
    return isWanted
      ? [...matches, ...corrections(token, vocabulary, correction, isLast && isTyping)]
      : matches;
  });
  const terms = tokens.flat().filter(({ asPrefix }) => !asPrefix);
  return {
    needsAll,
    tokens,
    marked: { terms: new Set(terms.map(({ term }) => term)), prefix: words.at(-1)?.token ?? null },
  };
}

/** To the nearest, wider circles are asked for only when a narrower one has nothing: they cost the most by far. */
function corrections(
  token: string,
  vocabulary: Vocabulary,
  correction: Correction,
  asPrefix: boolean,
): TermMatch[] {
  const most = allowedEdits(token.length);
  if (most === 0) return [];
  const sameStart = correction !== 'all';
  for (let edits = correction === 'nearest' ? 1 : most; ; edits += 1) {
    const found = near(token, vocabulary, { edits, sameStart, asPrefix }, correction);
    if (found.length > 0 || edits >= most) return found;
  }
}

function near(
  token: string,
  vocabulary: Vocabulary,
  nearness: Nearness,
  correction: Correction,
): TermMatch[] {
  const found: TermMatch[] = [];
  let fewest: number = nearness.edits;
  for (const { term, edits } of vocabulary.near(token, nearness)) {
    if (found.length === limits.searchCorrections || edits > fewest) break;
    if (!vocabulary.has(term)) continue;
    if (correction === 'nearest') fewest = edits;
    const factor = edits > 1 ? matchFactors.twoEdits : matchFactors.oneEdit;
    found.push({ term, asPrefix: false, factor });
  }
  return found;
}
