import { limits } from '#kernel';
import { beginningDistance, editDistance, readings, searchUnavailable } from '#search';
import type { NearTerm, Nearness, Reading, TextQuery, Vocabulary } from '#search';
import { longestBeginning } from './index-layout.js';
import { wellFormed } from './indexed-plugin.js';
import type { IndexNames } from './index-names.js';
import type { OpenSearchConnection } from './opensearch-connection.js';
import type { Clause } from './text-clauses.js';

interface NearAsked {
  readonly token: string;
  readonly nearness: Nearness;
}

interface Answers {
  readonly responses: readonly {
    readonly hits?: { readonly hits: readonly { readonly _id: string }[] };
    readonly aggregations?: {
      readonly live: { readonly buckets: readonly { readonly doc_count: number }[] };
    };
    readonly error?: { readonly type: string };
  }[];
}

/** No reading asks for more in turn: its words, and what is near them; what is farther off; and so again for the next. */
const mostRounds = 6;

/**
 * The vocabulary of the index as far as it has been asked for. Readings are made from it by and by: what one asks and
 * isn't here yet is noted, fetched all at once, and the reading made again. A term that was found near is supposed to be
 * in use still, as nearly all are; `confirm` asks.
 */
export class FetchedTerms implements Vocabulary {
  readonly #known = new Map<string, boolean>();
  readonly #near = new Map<string, readonly NearTerm[]>();
  /** Found near something, so that they were in use once. */
  readonly #met = new Set<string>();
  #supposed = new Set<string>();
  #unknown = new Set<string>();
  /** By token: of a token's circles the first that isn't known, since it may be all that is wanted. */
  #unasked = new Map<string, NearAsked>();

  constructor(
    private readonly connection: OpenSearchConnection,
    private readonly names: IndexNames,
  ) {}

  has(term: string): boolean {
    const known = this.#known.get(term);
    if (known !== undefined) return known;
    const isMet = this.#met.has(term);
    (isMet ? this.#supposed : this.#unknown).add(term);
    return isMet;
  }

  near(token: string, nearness: Nearness): readonly NearTerm[] {
    const known = this.#near.get(keyOf({ token, nearness }));
    if (known === undefined && !this.#unasked.has(token)) this.#unasked.set(token, { token, nearness });
    return known ?? [];
  }

  /** The reading of the text at that place among `readings`; undefined when there are no more. */
  async reading(text: TextQuery, place: number, isTyping: boolean): Promise<Reading | undefined> {
    for (let round = 0; round < mostRounds; round += 1) {
      const reading = this.#readingAt(text, place, isTyping);
      if (this.#unknown.size === 0 && this.#unasked.size === 0) return reading;
      await this.#fetch([...this.#unknown], [...this.#unasked.values()]);
    }
    return this.#readingAt(text, place, isTyping);
  }

  /** Whether the last reading is as it should be; otherwise what it supposed is known now, and it is to be made again. */
  async confirm(): Promise<boolean> {
    const supposed = [...this.#supposed];
    if (supposed.length === 0) return true;
    await this.#fetch(supposed, []);
    return supposed.every((term) => this.#known.get(term));
  }

  #readingAt(text: TextQuery, place: number, isTyping: boolean): Reading | undefined {
    this.#supposed = new Set();
    this.#unknown = new Set();
    this.#unasked = new Map();
    let at = 0;
    for (const reading of readings(text, this, isTyping)) {
      if (at === place) return reading;
      at += 1;
    }
    return undefined;
  }

  async #fetch(terms: readonly string[], asked: readonly NearAsked[]): Promise<void> {
    const nears = asked.map(({ token, nearness }) => nearClauses(token, nearness));
    const searches = [
      ...nears.flat().map((body) => ({ index: this.names.terms, body })),
      ...(terms.length === 0 ? [] : [{ index: this.names.plugins, body: liveClause(terms) }]),
    ];
    const { responses } = await this.connection.send<Answers>({
      method: 'POST',
      path: '/_msearch',
      lines: searches.flatMap(({ index, body }) => [JSON.stringify({ index }), JSON.stringify(body)]),
      timeoutMs: limits.openSearchSearchMs,
    });
    const failed = responses.find(({ error }) => error !== undefined)?.error;
    if (failed) throw searchUnavailable(new Error(`OpenSearch could not look up words: ${failed.type}`));
    const live = responses.at(-1)?.aggregations?.live.buckets ?? [];
    terms.forEach((term, at) => this.#known.set(term, (live[at]?.doc_count ?? 0) > 0));
    const found = responses.map(({ hits }) => hits?.hits.map(({ _id }) => _id) ?? []);
    asked.forEach((one, at) => {
      const ids = found.splice(0, nears[at]?.length ?? 0).flat();
      this.#near.set(keyOf(one), nearest(one.token, one.nearness, ids));
      for (const id of ids) this.#met.add(id);
    });
  }
}

const keyOf = ({ token, nearness }: NearAsked): string => JSON.stringify([token, nearness]);

/** How many plugins each of the terms is in. */
const liveClause = (terms: readonly string[]): Clause => ({
  size: 0,
  track_total_hits: false,
  aggs: {
    live: {
      filters: {
        filters: terms.map((term) => ({ rank_feature: { field: `all.${wellFormed(term)}`, linear: {} } })),
      },
    },
  },
});

/** One search for each number of edits, so that nearer terms are never crowded out by shorter ones. */
function nearClauses(token: string, { edits, sameStart, asPrefix }: Nearness): Clause[] {
  const isBeginning = asPrefix && token.length <= longestBeginning;
  const field = isBeginning ? 'beginnings' : 'term';
  const within = (fuzziness: number): Clause => ({
    fuzzy: {
      [field]: {
        value: wellFormed(token),
        fuzziness,
        prefix_length: sameStart ? [...token].slice(0, 1).length : 0,
        rewrite: 'constant_score',
      },
    },
  });
  const classes = [
    ...(isBeginning ? [{ filter: [{ prefix: { term: wellFormed(token) } }] }] : []),
    { filter: [within(1)] },
    ...(edits > 1 ? [{ filter: [within(2)], must_not: [within(1)] }] : []),
  ];
  return classes.map((bool) => ({
    size: limits.openSearchNearTerms,
    track_total_hits: false,
    _source: false,
    sort: [{ length: 'asc' }, { term: 'asc' }],
    query: { bool },
  }));
}

function nearest(token: string, nearness: Nearness, found: readonly string[]): readonly NearTerm[] {
  return [...new Set(found)]
    .filter((term) => term !== token)
    .map((term) => ({ term, edits: distance(token, term, nearness) }))
    .filter(({ edits }) => edits <= nearness.edits)
    .sort(
      (left, right) =>
        left.edits - right.edits || left.term.length - right.term.length || byLetters(left, right),
    );
}

const byLetters = (left: NearTerm, right: NearTerm): number => (left.term < right.term ? -1 : 1);

const distance = (token: string, term: string, { edits, asPrefix }: Nearness): number =>
  asPrefix ? beginningDistance(token, term, edits) : editDistance(token, term, edits);
