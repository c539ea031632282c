import { limits } from '#kernel';
import {
  decodeCursor,
  encodeCursor,
  facetNames,
  highlightsOf,
  parseHostFilter,
  parseTextQuery,
  requirementsMet,
  searchUnavailable,
} from '#search';
import type {
  FacetName,
  FacetValue,
  PluginCard,
  Reading,
  SearchAnswer,
  SearchHit,
  SearchQuery,
  Suggestion,
} from '#search';
import { countedKeys, facetRequests } from './facet-counts.js';
import type { CountedKey, FacetAnswers } from './facet-counts.js';
import { FetchedTerms } from './fetched-terms.js';
import { filterClauses, filtersBut } from './filter-clauses.js';
import type { Filters } from './filter-clauses.js';
import { HitOrder } from './hit-order.js';
import type { IndexNames } from './index-names.js';
import type { OpenSearchConnection } from './opensearch-connection.js';
import { Spellings } from './spellings.js';
import { readingClause } from './text-clauses.js';
import type { Clause } from './text-clauses.js';

interface Hit {
  readonly _source: { readonly card: string };
  readonly sort: readonly unknown[];
}

interface Found {
  readonly timed_out: boolean;
  readonly hits: { readonly total?: { readonly value: number }; readonly hits: readonly Hit[] };
  readonly aggregations?: FacetAnswers;
}

/** What was found by the reading that was taken; no reading: nothing was asked, or nothing could be. */
interface Taken {
  readonly found: Found | undefined;
  readonly reading: Reading | null;
}

/** Answers searches. A search that comes upon an index that is just being put aside is made again. */
export class PluginFinder {
  constructor(
    private readonly connection: OpenSearchConnection,
    private readonly names: IndexNames,
    private readonly spellings: Spellings,
  ) {}

  async find(query: SearchQuery): Promise<SearchAnswer> {
    const after = decodeCursor(query);
    const filters = filterClauses(query, await this.#requirements(query));
    const order = new HitOrder(query.sort, query.text.trim() !== '');
    const request = {
      size: query.limit + 1,
      track_total_hits: true,
      _source: 'card',
      sort: order.clauses,
      ...(after && { search_after: order.after(after) }),
      ...(filters.size > 0 && { post_filter: { bool: { filter: filtersBut(filters, null) } } }),
      aggs: { ...facetRequests(filters), ...matchedClause(filters) },
    };
    const [taken, shown] = await Promise.all([
      this.#take(query.text, { headOnly: false, isScored: order.isByScore }, request),
      this.spellings.current(),
    ]);
    const facets = facetsOf(countedKeys(taken.found?.aggregations ?? {}), shown);
    return answerOf(query, order, taken, facets);
  }

  async suggest(text: string, limit: number): Promise<readonly Suggestion[]> {
    if (text.trim() === '') return [];
    const { clauses } = new HitOrder('relevance', true);
    const request = { size: limit, track_total_hits: false, _source: 'card', sort: clauses };
    const { found } = await this.#take(text, { headOnly: true, isScored: true }, request);
    return (found?.hits.hits ?? []).map((hit) => {
      const [{ id, name, title, summary }] = cardOf(hit);
      return { id, name, title, summary };
    });
  }

  /** Searches by one reading after the other until one matches anything, whatever the filters. */
  async #take(
    written: string,
    options: { readonly headOnly: boolean; readonly isScored: boolean },
    request: object,
  ): Promise<Taken> {
    const text = parseTextQuery(written);
    if (text.isEmpty) return { found: await this.#search({ match_all: {} }, request), reading: null };
    if (text.tokens.length === 0) return { found: undefined, reading: null };
    const terms = new FetchedTerms(this.connection, this.names);
    let taken: Taken = { found: undefined, reading: null };
    for (let place = 0; ;) {
      const reading = await terms.reading(text, place, options.headOnly);
      if (reading === undefined) return taken;
      const [found, isConfirmed] = await Promise.all([
        this.#search(readingClause(written, text, reading, options), request),
        terms.confirm(),
      ]);
      if (!isConfirmed) continue;
      taken = { found, reading };
      if (hasMatched(found)) return taken;
      place += 1;
    }
  }

  async #search(query: Clause, request: object): Promise<Found> {
    const found = await this.connection.send<Found>({
      method: 'POST',
      path: `/${this.names.plugins}/_search`,
      query: { allow_partial_search_results: false },
      body: { ...request, query, timeout: `${limits.openSearchSearchMs}ms` },
      timeoutMs: limits.openSearchSearchMs,
    });
    if (found.timed_out) throw searchUnavailable(new Error('OpenSearch ran out of time in a search.'));
    return found;
  }

  /** What plugins require of the hosts that are asked for with a version, as far as it suits them. */
  async #requirements({ hosts }: SearchQuery): Promise<readonly string[]> {
    const asked = hosts
      .map((written) => parseHostFilter(written))
      .filter((host) => host !== undefined)
      .filter(({ version }) => version !== null);
    if (asked.length === 0) return [];
    const found = await this.connection.send<{
      aggregations: Record<string, { buckets: readonly CountedKey[] }>;
    }>({
      method: 'POST',
      path: `/${this.names.plugins}/_search`,
      body: {
        size: 0,
        track_total_hits: false,
        query: { terms: { host: asked.map(({ name }) => name) } },
        aggs: { requirement: { terms: { field: 'requirement', size: limits.openSearchRequirements } } },
      },
      timeoutMs: limits.openSearchSearchMs,
    });
    const keys = (found.aggregations['requirement']?.buckets ?? []).map(({ key }) => key);
    return [...new Set(asked.flatMap((host) => requirementsMet(host, keys)))];
  }
}

/** With filters, the hits don't tell whether the text matched anything. */
const matchedClause = (filters: Filters): Record<string, Clause> =>
  filters.size === 0 ? {} : { matched: { filter: { match_all: {} } } };

function hasMatched({ hits, aggregations }: Found): boolean {
  return (aggregations?.['matched']?.doc_count ?? hits.total?.value ?? hits.hits.length) > 0;
}

const cardOf = ({ _source }: Hit) => JSON.parse(_source.card) as [PluginCard, string | null];

function answerOf(
  query: SearchQuery,
  order: HitOrder,
  { found, reading }: Taken,
  facets: SearchAnswer['facets'],
): SearchAnswer {
  const all = found?.hits.hits ?? [];
  const page = all.slice(0, query.limit);
  const hits = page.map((hit): SearchHit => {
    const [document, description] = cardOf(hit);
    return { document, highlights: highlightsOf({ ...document, description }, reading?.marked ?? null) };
  });
  const [last, lastHit] = [page.at(-1), hits.at(-1)];
  const next =
    all.length > page.length && last !== undefined && lastHit !== undefined
      ? encodeCursor(query, order.position(last.sort, lastHit.document))
      : null;
  return { hits, total: found?.hits.total?.value ?? 0, facets, next };
}

function facetsOf(
  counted: Readonly<Record<FacetName, readonly CountedKey[]>>,
  shown: ReadonlyMap<string, string>,
): SearchAnswer['facets'] {
  const facets = facetNames.map((name): [FacetName, FacetValue[]] => [
    name,
    counted[name].map(({ key, doc_count }) => ({ value: Spellings.of(shown, name, key), count: doc_count })),
  ]);
  return Object.fromEntries(facets) as Record<FacetName, FacetValue[]>;
}
