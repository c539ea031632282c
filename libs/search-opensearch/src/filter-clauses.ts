import { facetNames, filterKeys } from '#search';
import type { FacetName, SearchQuery } from '#search';
import { wellFormed } from './indexed-plugin.js';
import type { Clause } from './text-clauses.js';

/** By facet what its filter asks; a facet without one asks nothing. */
export type Filters = ReadonlyMap<FacetName, Clause>;

/** `requirements`: what plugins require that suits the hosts asked for with their version. */
export function filterClauses(query: SearchQuery, requirements: readonly string[]): Filters {
  const keys = filterKeys(query);
  const filters = new Map<FacetName, Clause>();
  for (const name of facetNames) {
    if (keys[name].length === 0) continue;
    const asked = keys[name].map(wellFormed);
    filters.set(name, name === 'host' ? hostClause(asked, requirements) : { terms: { [name]: asked } });
  }
  return filters;
}

function hostClause(hosts: readonly string[], requirements: readonly string[]): Clause {
  const clauses = [
    { terms: { host: hosts.filter((host) => !host.includes('@')) } },
    { terms: { requirement: requirements.map(wellFormed) } },
  ];
  return { bool: { should: clauses } };
}

/** All filters but that of `facet`. */
export function filtersBut(filters: Filters, facet: FacetName | null): readonly Clause[] {
  return [...filters].filter(([name]) => name !== facet).map(([, clause]) => clause);
}
