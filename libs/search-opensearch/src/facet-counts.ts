import { limits } from '#kernel';
import { facetNames } from '#search';
import type { FacetName } from '#search';
import { filtersBut } from './filter-clauses.js';
import type { Filters } from './filter-clauses.js';
import type { Clause } from './text-clauses.js';

export interface CountedKey {
  readonly key: string;
  readonly doc_count: number;
}

interface Counted {
  readonly buckets: readonly CountedKey[];
}

/** The answers to `facetRequests`: a facet's own counts, or those of facets among what passes filters. */
export type FacetAnswers = Readonly<
  Record<
    string,
    { readonly doc_count?: number } & Partial<Counted> & Readonly<Partial<Record<FacetName, Counted>>>
  >
>;

const others = 'others';

/**
 * Asks for the counts of all facets: those without a filter together, among what passes all filters; each of the others
 * among what passes all but its own. Where nothing is filtered each is asked for by itself: of all plugins the engine then
 * knows the counts without looking at any.
 */
export function facetRequests(filters: Filters): Readonly<Record<string, Clause>> {
  if (filters.size === 0) return countClauses(facetNames);
  const unfiltered = facetNames.filter((name) => !filters.has(name));
  const groups: [string, readonly FacetName[], readonly Clause[]][] = [
    [others, unfiltered, filtersBut(filters, null)],
    ...[...filters.keys()].map((name): [string, readonly FacetName[], readonly Clause[]] => [
      name,
      [name],
      filtersBut(filters, name),
    ]),
  ];
  return Object.fromEntries(
    groups.map(([group, names, clauses]) => [
      group,
      {
        filter: clauses.length === 0 ? { match_all: {} } : { bool: { filter: clauses } },
        aggs: countClauses(names),
      },
    ]),
  );
}

const countClauses = (names: readonly FacetName[]): Readonly<Record<string, Clause>> =>
  Object.fromEntries(
    names.map((name) => [
      name,
      {
        terms: {
          field: name,
          size: limits.searchFacetValues,
          order: [{ _count: 'desc' }, { _key: 'asc' }],
        },
      },
    ]),
  );

/** By facet its commonest keys with their counts. */
export function countedKeys(answers: FacetAnswers): Readonly<Record<FacetName, readonly CountedKey[]>> {
  const counted = facetNames.map((name) => {
    const answer = answers[name] ?? answers[others];
    return [name, answer?.buckets ?? answer?.[name]?.buckets ?? []];
  });
  return Object.fromEntries(counted) as Record<FacetName, readonly CountedKey[]>;
}
