import { isPublisherName, limits, normalizeName } from '#kernel';
import { nearestWord } from './edit-distance.js';
import { invalidParameter, unknownParameter } from './errors.js';
import { parseHostFilter } from './host-filter.js';
import type { SearchQuery, SearchSort } from './search-index.js';

/** Query parameters as an HTTP server hands them over: one that is repeated is a list. */
export type QueryParameters = Readonly<Record<string, string | readonly string[] | undefined>>;

const searchParameters = [
  'q', 'category', 'tag', 'publisher', 'kind', 'interface', 'has', 'trust', 'host', 'sort', 'limit', 'cursor',
] as const; // prettier-ignore
const searchKinds = ['native', 'insightconnect', 'cloudlaunch'] as const;
const searchHas = ['frontend', 'backend', 'form', 'operations', 'lock'] as const;
const searchTrusts = ['trusted', 'untrusted'] as const;
const searchSorts = ['relevance', 'name', 'updated', 'downloads'] as const;
const suggestParameters = ['q', 'limit'] as const;

const list = (words: readonly string[]) => words.map((word) => `"${word}"`).join(', ');

function refuseUnknown(parameters: QueryParameters, known: readonly string[]): void {
  for (const name of Object.keys(parameters)) {
    if (!known.includes(name)) throw unknownParameter(name, meantParameter(name, known), known);
  }
}

/** A plural (`categories`) is often further from its word than a typo is. */
function meantParameter(name: string, known: readonly string[]): string | undefined {
  const plural = known.find((word) => word.length > 2 && name.startsWith(word.slice(0, -1)));
  return nearestWord(name, known) ?? plural;
}

function valuesOf(parameters: QueryParameters, name: string): readonly string[] {
  const given = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (given === undefined) return [];
  return typeof given === 'string' ? [given] : given;
}

function single(parameters: QueryParameters, name: string): string | undefined {
  const values = valuesOf(parameters, name);
  if (values.length > 1) throw invalidParameter(name, `Give "${name}" once.`);
  return values[0];
}

/** The values of a filter: trimmed, each once, in an order of their own, since the order asked in means nothing. */
function filter(parameters: QueryParameters, name: string): readonly string[] {
  const values = valuesOf(parameters, name).map((value) => value.trim());
  if (values.length > limits.searchFilterValues) {
    throw invalidParameter(name, `Give "${name}" at most ${limits.searchFilterValues} times.`);
  }
  for (const value of values) {
    if (value === '') throw invalidParameter(name, `"${name}" is empty; leave it out, or give it a value.`);
    if (value.length > limits.searchFilterCharacters) {
      throw invalidParameter(name, `A "${name}" has at most ${limits.searchFilterCharacters} characters.`);
    }
  }
  return [...new Set(values)].sort();
}

function filterAmong(parameters: QueryParameters, name: string, known: readonly string[]): readonly string[] {
  const values = filter(parameters, name);
  for (const value of values) if (!known.includes(value)) throw notAmong(name, value, known);
  return values;
}

function notAmong(name: string, value: string, known: readonly string[]) {
  const meant = nearestWord(value, known);
  const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`;
  return invalidParameter(name, `"${name}" is one of ${list(known)}, not "${value.slice(0, 64)}".${hint}`);
}

function publishersOf(parameters: QueryParameters): readonly string[] {
  const ids = filter(parameters, 'publisher').map((written) => {
    if (isPublisherName(written)) return normalizeName(written);
    throw invalidParameter(
      'publisher',
      `"${written.slice(0, limits.publisherNameCharacters)}" can't be a publisher; give the name that stands before the slash in a plugin's id.`,
    );
  });
  return [...new Set(ids)].sort();
}

function hostsOf(parameters: QueryParameters): readonly string[] {
  const hosts = filter(parameters, 'host').map((written) => {
    const host = parseHostFilter(written);
    if (host !== undefined) return host.version === null ? host.name : `${host.name}@${host.version}`;
    throw invalidParameter(
      'host',
      `"host" is a name or name@version, as in "galaxy" or "galaxy@24.1.0", not "${written.slice(0, 64)}".`,
    );
  });
  return [...new Set(hosts)].sort();
}

function sortOf(parameters: QueryParameters): SearchSort {
  const written = single(parameters, 'sort');
  if (written === undefined) return 'relevance';
  const sort = searchSorts.find((known) => known === written);
  if (sort === undefined) throw notAmong('sort', written, searchSorts);
  return sort;
}

function limitOf(parameters: QueryParameters, most: number, usual: number): number {
  const written = single(parameters, 'limit');
  if (written === undefined) return usual;
  const limit = /^\d{1,4}$/.test(written) ? Number(written) : 0;
  if (limit >= 1 && limit <= most) return limit;
  throw invalidParameter('limit', `"limit" is a whole number from 1 to ${most}.`);
}

function textOf(parameters: QueryParameters): string {
  const text = single(parameters, 'q') ?? '';
  if (text.length <= limits.searchTextCharacters) return text.trim();
  throw invalidParameter('q', `"q" has at most ${limits.searchTextCharacters} characters.`);
}

function cursorOf(parameters: QueryParameters): string | null {
  const cursor = single(parameters, 'cursor') ?? null;
  if (cursor === '') {
    throw invalidParameter('cursor', '"cursor" is empty; leave it out for the first page.');
  }
  return cursor;
}

/**
 * Parses the parameters of a search. Throws `unknown-parameter`, and `invalid-parameter` for a value that means
 * nothing. A category, tag or interface that no plugin has is not an error: nothing is found.
 */
export function parseSearchQuery(parameters: QueryParameters): SearchQuery {
  refuseUnknown(parameters, searchParameters);
  return {
    text: textOf(parameters),
    categories: filter(parameters, 'category'),
    tags: filter(parameters, 'tag'),
    publishers: publishersOf(parameters),
    kinds: filterAmong(parameters, 'kind', searchKinds),
    interfaces: filter(parameters, 'interface'),
    has: filterAmong(parameters, 'has', searchHas),
    trusts: filterAmong(parameters, 'trust', searchTrusts),
    hosts: hostsOf(parameters),
    sort: sortOf(parameters),
    limit: limitOf(parameters, limits.searchPageItems, limits.searchPageItemsDefault),
    cursor: cursorOf(parameters),
  };
}

/** Parses the parameters of a suggestion, `q` and `limit`. Throws as `parseSearchQuery` does. */
export function parseSuggestQuery(parameters: QueryParameters): {
  readonly text: string;
  readonly limit: number;
} {
  refuseUnknown(parameters, suggestParameters);
  return {
    text: textOf(parameters),
    limit: limitOf(parameters, limits.suggestions, limits.suggestionsDefault),
  };
}
