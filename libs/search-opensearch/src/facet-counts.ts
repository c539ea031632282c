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

/** The answers to `facetRequests`. */
export type FacetAnswers = Readonly<
  Record<string, { readonly doc_count: number } & Readonly<Record<string, Counted>>>
>;

const others = 'others';

/**
 * Asks for the counts of all facets: those without a filter together, among what passes all filters; each of the others
 * among what passes all but its own.
 */
export function facetRequests(filters: Filters): Readonly<Record<string, Clause>> {
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
        aggs: Object.fromEntries(names.map((name) => [name, countClause(name)])),
      },
    ]),
  );
}

const countClause = (name: FacetName): Clause => ({
  terms: { field: name, size: limits.searchFacetValues, order: [{ _count: 'desc' }, { _key: 'asc' }] },
});

/** By facet its commonest keys with their counts. */
export function countedKeys(answers: FacetAnswers): Readonly<Record<FacetName, readonly CountedKey[]>> {
  const counted = facetNames.map((name) => [name, (answers[name] ?? answers[others])?.[name]?.buckets ?? []]);
  return Object.fromEntries(counted) as Record<FacetName, readonly CountedKey[]>;
}
