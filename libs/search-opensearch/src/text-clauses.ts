import { limits } from '#kernel';
import { coverageWeight, exactNameBonus, nameAsked, shortPrefixCharacters } from '#search';
import type { Reading, TermMatch, TextQuery } from '#search';
import { wellFormed } from './indexed-plugin.js';
import { shareUnit, weightUnit } from './index-layout.js';

/** A clause of the engine's query language. */
export type Clause = Readonly<Record<string, unknown>>;

export interface ReadingOptions {
  /** For suggestions: only what stands in the head of a plugin counts. */
  readonly headOnly: boolean;
  /** Whether the order is by score; else matching is all that is asked of the engine. */
  readonly isScored: boolean;
}

/** Finds the plugins that match a reading of the text, and those whose name it is; scored as every engine scores. */
export function readingClause(
  written: string,
  text: TextQuery,
  reading: Reading,
  options: ReadingOptions,
): Clause {
  const tokens = reading.tokens.map((matches) => atMost(matches, reading.tokens.length));
  const weights = tokens.map((matches) =>
    best(matches.map((match) => weightClause(match, options.headOnly))),
  );
  const matched = { bool: reading.needsAll ? { filter: weights } : { should: weights } };
  if (!options.isScored) return either([matched, ...nameClauses(written, text)]);
  const scored = {
    function_score: {
      query: {
        bool: {
          must: reading.needsAll ? weights : [{ bool: { should: weights } }],
          should: [best([coverClause('title', tokens), coverClause('name', tokens)])],
        },
      },
      field_value_factor: { field: 'worth' },
      boost_mode: 'multiply',
    },
  };
  return either([scored, ...nameClauses(written, text)]);
}

/** A search has so many clauses at most: of a long text, each word gets fewer corrections. */
function atMost(matches: readonly TermMatch[], tokens: number): readonly TermMatch[] {
  return matches.slice(0, Math.max(3, Math.floor(limits.openSearchCorrections / tokens)));
}

const either = (clauses: readonly Clause[]): Clause => only(clauses) ?? { bool: { should: clauses } };

const best = (clauses: readonly Clause[]): Clause => only(clauses) ?? { dis_max: { queries: clauses } };

const only = (clauses: readonly Clause[]): Clause | undefined =>
  clauses.length === 1 ? clauses[0] : undefined;

const feature = (field: string, { term, factor }: TermMatch, unit: number): Clause => ({
  rank_feature: { field: `${field}.${wellFormed(term)}`, linear: {}, boost: factor * unit },
});

function weightClause(match: TermMatch, headOnly: boolean): Clause {
  const isShort = match.asPrefix && match.term.length <= shortPrefixCharacters;
  const field = headOnly || isShort ? 'head' : 'all';
  return feature(match.asPrefix ? `${field}_starts` : field, match, weightUnit);
}

/** How far the tokens cover the title or the name: the sum of their shares by the words of it, or by the tokens if more. */
function coverClause(field: 'title' | 'name', tokens: readonly (readonly TermMatch[])[]): Clause {
  const shares = tokens.map((matches) =>
    best(matches.map((match) => feature(match.asPrefix ? `${field}_starts` : field, match, shareUnit))),
  );
  const words = `${field}_words`;
  return {
    function_score: {
      query: { bool: { should: shares } },
      functions: [
        { filter: { range: { [words]: { lte: tokens.length } } }, weight: coverageWeight / tokens.length },
        {
          filter: { range: { [words]: { gt: tokens.length } } },
          field_value_factor: { field: words, factor: 1 / coverageWeight, modifier: 'reciprocal' },
        },
      ],
      score_mode: 'first',
      boost_mode: 'multiply',
    },
  };
}

/** The plugins that bear the name which the text is, if it can be one; none or one clause. */
function nameClauses(written: string, { nameKey }: TextQuery): Clause[] {
  if (nameKey === '') return [];
  const asked = nameAsked(wellFormed(written));
  const named = { term: { name_key: nameKey } };
  const exactly = either([{ term: { id_name: asked.written } }, { term: { id: asked.written } }]);
  const publisher = asked.publisherKey === '' ? [] : [{ term: { publisher_key: asked.publisherKey } }];
  return [
    best([
      constant([named, exactly], exactNameBonus.asWritten),
      constant([named, ...publisher], exactNameBonus.spelledOtherwise),
    ]),
  ];
}

const constant = (filter: readonly Clause[], boost: number): Clause => ({
  constant_score: { filter: { bool: { filter } }, boost },
});
