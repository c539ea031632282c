import {
  SearchIndex,
  beginningDistance,
  codeWeight,
  comparePositions,
  compactKey,
  decodeCursor,
  documentTerms,
  editDistance,
  encodeCursor,
  facetNames,
  facetValues,
  filterKeys,
  firstHeadPlace,
  highlightsOf,
  hostMatches,
  nameBonus,
  nameShare,
  parseHostFilter,
  parseTextQuery,
  placeOf,
  pluginCard,
  readings,
  score,
  shortPrefixCharacters,
  titleShare,
  unaskedScore,
  worth,
} from '#search';
import type {
  DocumentTerms,
  FacetName,
  FacetValue,
  IndexBatch,
  KeyedValue,
  NearTerm,
  Nearness,
  PluginDocument,
  Position,
  Reading,
  SearchAnswer,
  SearchQuery,
  Suggestion,
  TermMatch,
  TextQuery,
} from '#search';
import { limits } from '#kernel';

interface Entry {
  readonly document: PluginDocument;
  readonly indexed: DocumentTerms;
  readonly values: Readonly<Record<FacetName, readonly KeyedValue[]>>;
}

const entryOf = (document: PluginDocument): Entry => ({
  document,
  indexed: documentTerms(document),
  values: facetValues(document),
});

interface Match {
  readonly entry: Entry;
  readonly score: number;
}

const by = <Value>(left: Value, right: Value) => (left < right ? -1 : left > right ? 1 : 0);

/** The least clever search that keeps every promise: it looks at each document for each search. */
export class MemorySearchIndex extends SearchIndex {
  override readonly appliesWhole = true;
  #entries = new Map<string, Entry>();
  #sequence = 0;
  /** Plugins that batches named since the last rebuild began. */
  #touched = new Set<string>();

  async appliedSequence(): Promise<number> {
    return this.#sequence;
  }

  async apply({ put, remove, sequence }: IndexBatch): Promise<void> {
    const isLate = sequence < this.#sequence;
    for (const { id } of [...put, ...remove]) this.#touched.add(id);
    for (const document of put) {
      const known = this.#entries.get(document.id);
      if (isLate && known === undefined) continue;
      if ((known?.document.revision ?? 0) > document.revision) continue;
      this.#entries.set(document.id, entryOf(document));
    }
    for (const { id, revision } of isLate ? [] : remove) {
      if ((this.#entries.get(id)?.document.revision ?? 0) <= revision) this.#entries.delete(id);
    }
    this.#sequence = Math.max(this.#sequence, sequence);
  }

  async rebuild(documents: AsyncIterable<PluginDocument>, sequence: number): Promise<void> {
    const touched = new Set<string>();
    this.#touched = touched;
    const rebuilt = new Map<string, Entry>();
    for await (const document of documents) {
      rebuilt.set(document.id, entryOf(document));
    }
    for (const id of touched) {
      const entry = this.#entries.get(id);
      if (entry === undefined) rebuilt.delete(id);
      else rebuilt.set(id, entry);
    }
    this.#entries = rebuilt;
    this.#sequence = touched.size > 0 ? Math.max(sequence, this.#sequence) : sequence;
  }

  async find(query: SearchQuery): Promise<SearchAnswer> {
    const after = decodeCursor(query);
    const { matches, reading } = this.#matches(query.text, false);
    const keys = filterKeys(query);
    const refusals = matches.map(({ entry }) => facetNames.filter((name) => !passes(entry, name, keys[name])));
    const passing = matches.filter((_, at) => refusals[at]!.length === 0);
    const placed = passing
      .map(({ entry, score: relevance }) => ({ entry, position: positionOf(query, entry.document, relevance) }))
      .sort((left, right) => comparePositions(query.sort, left.position, right.position))
      .filter(({ position }) => after === null || comparePositions(query.sort, position, after) > 0);
    const page = placed.slice(0, query.limit);
    const last = page.at(-1);
    return {
      hits: page.map(({ entry: { document } }) => ({
        document: pluginCard(document),
        highlights: highlightsOf(document, reading?.marked ?? null),
      })),
      total: passing.length,
      facets: this.#facets(matches, refusals),
      next: placed.length > page.length && last !== undefined ? encodeCursor(query, last.position) : null,
    };
  } // prettier-ignore

  async suggest(text: string, limit: number): Promise<readonly Suggestion[]> {
    if (text.trim() === '') return [];
    return this.#matches(text, true)
      .matches.map(({ entry: { document }, score: relevance }) => ({
        document,
        position: positionOf({ sort: 'relevance' }, document, relevance),
      }))
      .sort((left, right) => comparePositions('relevance', left.position, right.position))
      .slice(0, limit)
      .map(({ document: { id, name, title, summary } }) => ({ id, name, title, summary }));
  }

  async close(): Promise<void> {
    this.#entries.clear();
  }

  #matches(written: string, headOnly: boolean): { matches: Match[]; reading: Reading | null } {
    const text = parseTextQuery(written);
    const entries = [...this.#entries.values()];
    if (text.isEmpty) {
      const unasked = (entry: Entry) => ({ entry, score: unaskedScore(entry.document.deprecated !== null) });
      return { matches: entries.map(unasked), reading: null };
    }
    if (text.tokens.length === 0) return { matches: [], reading: null };
    for (const reading of readings(text, this.#vocabulary(), headOnly)) {
      const matches = entries.flatMap((entry) => matchOf(entry, { written, text, reading, headOnly }) ?? []);
      if (matches.length > 0) return { matches, reading };
    }
    return { matches: [], reading: null };
  }

  #vocabulary() {
    const terms = new Set([...this.#entries.values()].flatMap(({ indexed }) => [...indexed.terms.keys()]));
    return {
      has: (term: string) => terms.has(term),
      near: (token: string, nearness: Nearness): NearTerm[] =>
        [...terms]
          .filter((term) => term !== token && term.length > 1 && (!nearness.sameStart || term[0] === token[0]))
          .map((term) => ({ term, edits: distance(token, term, nearness) }))
          .filter(({ edits }) => edits <= nearness.edits)
          .sort((left, right) => left.edits - right.edits || left.term.length - right.term.length || by(left.term, right.term)),
    };
  } // prettier-ignore

  #facets(matches: readonly Match[], refusals: readonly FacetName[][]): Record<FacetName, FacetValue[]> {
    const counts = Object.fromEntries(facetNames.map((name) => [name, new Map<string, number>()]));
    matches.forEach(({ entry }, at) => {
      const { values } = entry;
      for (const name of facetNames) {
        if (refusals[at]!.some((refusal) => refusal !== name)) continue;
        for (const { key } of values[name]) counts[name]!.set(key, (counts[name]!.get(key) ?? 0) + 1);
      }
    });
    const shown = this.#shownSpellings();
    const facets = facetNames.map((name) => [
      name,
      [...counts[name]!]
        .sort(([leftKey, left], [rightKey, right]) => right - left || by(leftKey, rightKey))
        .slice(0, limits.searchFacetValues)
        .map(([key, count]) => ({ value: shown.get(`${name}:${key}`)!, count })),
    ]);
    return Object.fromEntries(facets) as Record<FacetName, FacetValue[]>;
  }

  /** By facet and key, the spelling that most documents use. */
  #shownSpellings(): Map<string, string> {
    const counts = new Map<string, Map<string, number>>();
    for (const { values } of this.#entries.values()) {
      for (const name of facetNames) {
        for (const { key, shown } of values[name]) {
          const spellings = counts.get(`${name}:${key}`) ?? new Map<string, number>();
          counts.set(`${name}:${key}`, spellings.set(shown, (spellings.get(shown) ?? 0) + 1));
        }
      }
    }
    const commonest = (spellings: ReadonlyMap<string, number>) =>
      [...spellings].sort(
        ([left, leftCount], [right, rightCount]) => rightCount - leftCount || by(left, right),
      )[0]![0];
    return new Map([...counts].map(([key, spellings]) => [key, commonest(spellings)]));
  }
}

function distance(token: string, term: string, { asPrefix, edits }: Nearness): number {
  return asPrefix ? beginningDistance(token, term, edits) : editDistance(token, term, edits);
}

interface MatchOptions {
  readonly written: string;
  readonly text: TextQuery;
  readonly reading: Reading;
  readonly headOnly: boolean;
}

function matchOf(entry: Entry, { written, text, reading, headOnly }: MatchOptions): Match | undefined {
  const { document, indexed } = entry;
  const isNamed = text.nameKey !== '' && compactKey(document.name) === text.nameKey;
  const bonus = isNamed ? nameBonus(written, document.id) : 0;
  const found = reading.tokens.map((matches) => bestOf(indexed, matches, headOnly));
  const matched = found.filter(({ weight }) => weight > 0);
  const isMatch = reading.needsAll ? matched.length === found.length : matched.length > 0;
  if (!isMatch && bonus === 0) return undefined;
  const counted = isMatch ? matched : [];
  const sum = (of: 'weight' | 'title' | 'name') => counted.reduce((total, best) => total + best[of], 0);
  const { titleWords, nameWords } = indexed;
  const coverage = { title: sum('title'), name: sum('name'), titleWords, nameWords, tokens: found.length };
  const worthOfPlugin = worth(document.downloads, document.deprecated !== null);
  return { entry, score: score(sum('weight'), coverage, worthOfPlugin) + bonus };
}

function bestOf({ terms }: DocumentTerms, matches: readonly TermMatch[], headOnly: boolean) {
  const best = { weight: 0, title: 0, name: 0 };
  for (const match of matches) {
    for (const [term, code] of terms) {
      const isHead = placeOf(code) >= firstHeadPlace;
      const isShort = match.asPrefix && match.term.length <= shortPrefixCharacters;
      const isHit = match.asPrefix ? term.startsWith(match.term) : term === match.term;
      // A short prefix's row holds the word that is no longer than it, too; it earns more as the exact term.
      if (!isHit || ((headOnly || isShort) && !isHead)) continue;
      best.weight = Math.max(best.weight, codeWeight(code) * match.factor);
      best.title = Math.max(best.title, titleShare(code) * match.factor);
      best.name = Math.max(best.name, nameShare(code) * match.factor);
    }
  }
  return best;
}

function passes({ document, values }: Entry, name: FacetName, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  if (name !== 'host') return values[name].some(({ key }) => wanted.includes(key));
  return wanted.some((written) => {
    const host = parseHostFilter(written);
    return Object.entries(document.requires).some(
      ([required, range]) => host !== undefined && hostMatches(host, required, range),
    );
  });
}

function positionOf(query: Pick<SearchQuery, 'sort'>, document: PluginDocument, relevance: number): Position {
  const { id, downloads, updatedAt, withdrawn } = document;
  const values = { relevance, name: 0, updated: updatedAt, downloads };
  return { id, downloads, withdrawn, value: values[query.sort] };
}
