import { normalizeName } from '#kernel';
import { facetKey } from './facet-key.js';
import { hostMatches } from './host-filter.js';
import type { HostFilter } from './host-filter.js';
import type { FacetName, PluginDocument, SearchQuery } from './search-index.js';

export const facetNames: readonly FacetName[] = [
  'category', 'tag', 'publisher', 'kind', 'interface', 'has', 'trust', 'host',
]; // prettier-ignore

/** Facets whose values are one however they are spelled. */
export const spelledFacets = ['category', 'tag', 'interface'] as const;

/** A facet's value: as written, and the key under which its spellings are counted together. */
export interface KeyedValue {
  readonly key: string;
  readonly shown: string;
}

function keyed(values: readonly string[], keyOf: (value: string) => string): KeyedValue[] {
  const byKey = new Map<string, string>();
  for (const value of values) {
    const key = keyOf(value);
    if (key !== '' && !byKey.has(key)) byKey.set(key, value.trim());
  }
  return [...byKey].map(([key, shown]) => ({ key, shown }));
}

const exactly = (value: string) => value;

/** What a document counts as in each facet; each key once. */
export function facetValues(document: PluginDocument): Readonly<Record<FacetName, readonly KeyedValue[]>> {
  const hosts = Object.keys(document.requires).map((name) => normalizeName(name.trim()));
  return {
    category: keyed(document.categories, facetKey),
    tag: keyed(document.tags, facetKey),
    publisher: keyed([document.publisher], exactly),
    kind: keyed([document.kind], exactly),
    interface: keyed(document.interfaces, facetKey),
    has: keyed(document.has, exactly),
    trust: keyed([document.trust], exactly),
    host: keyed(hosts, exactly),
  };
}

const requirementSeparator = '\n';

/** What the requirements of a host have in common, as keys: all begin so. */
export function requirementStart(host: string): string {
  return normalizeName(host.trim()) + requirementSeparator;
}

/** Under which key a host and the range of it that plugins require are found, for `host=name@version`. */
export function requirementKey(host: string, range: string): string {
  return requirementStart(host) + range;
}

/** Of such keys those that suit a host as it was asked for (`name` or `name@version`). */
export function requirementsMet(asked: HostFilter, keys: readonly string[]): readonly string[] {
  const start = requirementStart(asked.name);
  return keys.filter(
    (key) => key.startsWith(start) && hostMatches(asked, asked.name, key.slice(start.length)),
  );
}

/** What a query asks of each facet, as keys; hosts stay as they were asked, since a version isn't a key. */
export function filterKeys(query: SearchQuery): Readonly<Record<FacetName, readonly string[]>> {
  return {
    category: query.categories.map(facetKey),
    tag: query.tags.map(facetKey),
    publisher: query.publishers,
    kind: query.kinds,
    interface: query.interfaces.map(facetKey),
    has: query.has,
    trust: query.trusts,
    host: query.hosts,
  };
}
