/* eslint-disable @typescript-eslint/no-non-null-assertion -- typed arrays, read within their bounds */
import {
  decodeCursor,
  encodeCursor,
  facetNames,
  filterKeys,
  highlightsOf,
  nameBonus,
  parseHostFilter,
  parseTextQuery,
  readings,
  requirementStart,
  requirementsMet,
  unaskedScore,
} from '#search';
import type {
  FacetName,
  FacetValue,
  HighlightTerms,
  Reading,
  SearchQuery,
  SearchSort,
  Suggestion,
  TextQuery,
} from '#search';
import type { BlockColumns } from './block-columns.js';
import { BlockMatcher } from './block-matcher.js';
import type { MatchList } from './block-matcher.js';
import { requirementFacet } from './facet-value-writer.js';
import type { IndexReader } from './index-reader.js';
import { readingLists } from './reading-lists.js';
import { blockSlots } from './schema.js';
import { TopHits } from './top-hits.js';
import type { TopHit } from './top-hits.js';

/** Block → slot → what the plugin's name adds to its score. */
type NamedSlots = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** What the filters ask: by value id the bits of the facets that it satisfies, and the bits that must be. */
interface Filters {
  readonly accepted: Uint8Array;
  readonly required: number;
}

/** What a search gathers on its way through the blocks. */
interface Gathering {
  readonly query: Pick<SearchQuery, 'sort'>;
  readonly filters: Filters;
  readonly counts: Uint32Array;
  readonly top: TopHits;
  readonly named: NamedSlots;
  /** Matches of the text, whatever the filters. */
  matched: number;
  total: number;
}

const noLists: readonly MatchList[] = [];
const noNames: NamedSlots = new Map();
const noFilters: Filters = { accepted: new Uint8Array(0), required: 0 };

/** Answers searches from one index file. Synchronous, so it lives in a worker thread. */
export class SearchEngine {
  readonly #reader: IndexReader;
  readonly #matcher = new BlockMatcher();
  #counts = new Uint32Array(1024);

  constructor(reader: IndexReader) {
    this.#reader = reader;
  }

  /** A `SearchAnswer` as JSON: cards are stored as JSON and go from the file into the answer as they are. */
  find(query: SearchQuery): string {
    const after = decodeCursor(query);
    return this.#reader.read(() => this.#find(query, after));
  }

  suggest(text: string, limit: number): Suggestion[] {
    return this.#reader.read(() => this.#suggest(text, limit));
  }

  #find(query: SearchQuery, after: ReturnType<typeof decodeCursor>): string {
    const text = parseTextQuery(query.text);
    const gathering: Gathering = {
      query,
      filters: this.#filters(query),
      counts: this.#cleanCounts(),
      top: new TopHits(query.limit + 1, query.sort, after),
      named: this.#named(query.text, text),
      matched: 0,
      total: 0,
    };
    const reading = this.#gather(text, gathering, false);
    const found = gathering.top.sorted();
    const hits = found.slice(0, query.limit);
    const facets = this.#reader.facets.mostCounted(gathering.counts);
    const last = hits.at(-1);
    const next = found.length > hits.length && last !== undefined ? encodeCursor(query, last.position) : null;
    return this.#answer(hits, reading, { total: gathering.total, facets, next });
  }

  #suggest(written: string, limit: number): Suggestion[] {
    const text = parseTextQuery(written);
    if (text.isEmpty) return [];
    const gathering: Gathering = {
      query: { sort: 'relevance' },
      filters: noFilters,
      counts: this.#counts,
      top: new TopHits(limit, 'relevance', null),
      named: this.#named(written, text),
      matched: 0,
      total: 0,
    };
    this.#gather(text, gathering, true);
    return gathering.top.sorted().flatMap(({ docid, position }) => {
      const row = this.#reader.document(docid);
      const id = position.id as Suggestion['id'];
      return row === undefined ? [] : [{ id, name: row.name, title: row.title, summary: row.summary }];
    });
  }

  /** Gathers by the first reading that matches anything; null when every plugin matches. */
  #gather(text: TextQuery, gathering: Gathering, headOnly: boolean): Reading | null {
    if (text.isEmpty) {
      this.#gatherAll(gathering);
      return null;
    }
    let taken: Reading | null = null;
    if (text.tokens.length === 0) return taken;
    for (const reading of readings(text, this.#reader, headOnly)) {
      taken = reading;
      this.#gatherReading(reading, gathering, headOnly);
      if (gathering.matched > 0) break;
    }
    return taken;
  }

  #gatherAll(gathering: Gathering): void {
    for (const block of this.#reader.blocks) {
      const columns = this.#reader.columns(block)!;
      for (let slot = 0; slot < columns.slots; slot += 1) {
        if (columns.isEmpty(slot)) continue;
        this.#take(
          gathering,
          { block, columns, slot, isCounted: true },
          unaskedScore(columns.isDeprecated(slot)),
        );
      }
    }
  }

  #gatherReading(reading: Reading, gathering: Gathering, headOnly: boolean): void {
    const { named } = gathering;
    const tokens = readingLists(this.#reader, reading);
    for (const block of this.#reader.blocks) {
      const slotsNamed = named.get(block);
      const lists = tokens.map((token) => token.get(block) ?? noLists);
      const isPossible = reading.needsAll
        ? lists.every((list) => list.length > 0)
        : lists.some((list) => list.length > 0);
      if (!isPossible && slotsNamed === undefined) continue;
      this.#matcher.match(isPossible ? lists : [], reading.needsAll, headOnly);
      for (const slot of slotsNamed?.keys() ?? []) this.#matcher.include(slot);
      this.#takeMatches(gathering, block, tokens.length, !headOnly);
    }
  }

  #takeMatches(gathering: Gathering, block: number, tokens: number, isCounted: boolean): void {
    const matcher = this.#matcher;
    if (matcher.count === 0) return;
    const columns = this.#reader.columns(block);
    if (columns === undefined) return;
    const slotsNamed = gathering.named.get(block);
    const byRelevance = gathering.query.sort === 'relevance';
    for (let at = 0; at < matcher.count; at += 1) {
      const slot = matcher.slots[at]!;
      let value = byRelevance ? matcher.score(slot, columns, tokens) : 0;
      if (byRelevance && slotsNamed !== undefined) value += slotsNamed.get(slot) ?? 0;
      this.#take(gathering, { block, columns, slot, isCounted }, value);
    }
  }

  /** Counts a match in the facets and offers it, as far as the filters let it pass. */
  #take(
    gathering: Gathering,
    {
      block,
      columns,
      slot,
      isCounted,
    }: { block: number; columns: BlockColumns; slot: number; isCounted: boolean },
    score: number,
  ): void {
    gathering.matched += 1;
    const missing = isCounted ? this.#count(gathering, columns, slot) : 0;
    if (missing !== 0) return;
    gathering.total += 1;
    const value = sortValue(gathering.query.sort, columns, slot, score);
    gathering.top.offer(block * blockSlots + slot, columns, slot, value);
  }

  /**
   * Counts a document for every facet, or, when one facet's filter alone refuses it, for that facet only: a facet
   * ignores its own filter. Answers the bits of the filters that refuse it.
   */
  #count({ filters, counts }: Gathering, columns: BlockColumns, slot: number): number {
    const { values } = columns;
    const start = columns.valueEnds[slot]!;
    const end = columns.valueEnds[slot + 1]!;
    let missing = filters.required;
    if (missing !== 0) {
      for (let at = start; at < end; at += 1) missing &= ~filters.accepted[values[at]!]!;
      if ((missing & (missing - 1)) !== 0) return missing;
    }
    const { facetBits } = this.#reader.facets;
    for (let at = start; at < end; at += 1) {
      const value = values[at]!;
      if (missing === 0 || facetBits[value] === missing) counts[value]! += 1;
    }
    return missing;
  }

  #cleanCounts(): Uint32Array {
    const { size } = this.#reader.facets;
    if (this.#counts.length < size) this.#counts = new Uint32Array(size * 2);
    else this.#counts.fill(0, 0, size);
    return this.#counts;
  }

  #filters(query: SearchQuery): Filters {
    const keys = filterKeys(query);
    if (facetNames.every((name) => keys[name].length === 0)) return noFilters;
    const accepted = new Uint8Array(this.#reader.facets.size);
    let required = 0;
    facetNames.forEach((name, facet) => {
      if (keys[name].length === 0) return;
      required |= 1 << facet;
      for (const id of this.#acceptedValues(name, facet, keys[name])) accepted[id]! |= 1 << facet;
    });
    return { accepted, required };
  }

  #acceptedValues(name: FacetName, facet: number, keys: readonly string[]): number[] {
    if (name !== 'host') {
      return keys.flatMap((key) => this.#reader.facetValue(facet, key) ?? []);
    }
    return keys.flatMap((written) => this.#requirementsMet(written));
  }

  #requirementsMet(written: string): number[] {
    const host = parseHostFilter(written);
    if (host === undefined) return [];
    const required = this.#reader.facetKeysBeginning(requirementFacet, requirementStart(host.name));
    const met = new Set(
      requirementsMet(
        host,
        required.map(({ key }) => key),
      ),
    );
    return required.filter(({ key }) => met.has(key)).map(({ id }) => id);
  }

  #named(written: string, { nameKey }: TextQuery): NamedSlots {
    if (nameKey === '') return noNames;
    const named = new Map<number, Map<number, number>>();
    for (const { docid, id } of this.#reader.documentsNamed(nameKey)) {
      const bonus = nameBonus(written, id);
      if (bonus === 0) continue;
      const block = Math.floor(docid / blockSlots);
      const slots = named.get(block) ?? new Map<number, number>();
      named.set(block, slots.set(docid % blockSlots, bonus));
    }
    return named;
  }

  #answer(
    hits: readonly TopHit[],
    reading: Reading | null,
    rest: { total: number; facets: Record<FacetName, FacetValue[]>; next: string | null },
  ): string {
    const wanted = reading === null ? null : reading.marked;
    const items = hits.flatMap(({ docid }) => this.#hit(docid, wanted) ?? []);
    return `{"hits":[${items.join(',')}],${JSON.stringify(rest).slice(1)}`;
  }

  #hit(docid: number, wanted: HighlightTerms | null): string | undefined {
    const row = this.#reader.document(docid);
    if (row === undefined) return undefined;
    return `{"document":${row.card},"highlights":${JSON.stringify(highlightsOf(row, wanted))}}`;
  }
}

function sortValue(sort: SearchSort, columns: BlockColumns, slot: number, score: number): number {
  if (sort === 'relevance') return score;
  if (sort === 'updated') return columns.updatedAt[slot]!;
  return sort === 'downloads' ? columns.downloads[slot]! : 0;
}
