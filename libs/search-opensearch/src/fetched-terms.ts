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
    readonly hits?: {
      readonly total?: { readonly value: number };
      readonly hits: readonly { readonly _id: string }[];
    };
    readonly error?: { readonly type: string };
  }[];
}

/** No reading asks for more in turn: its words; what is near them, and which of these there are; and so again, farther off. */
const mostRounds = 6;

/**
 * The vocabulary of the index as far as it has been asked for. Readings are made from it by and by: what one asks and
 * isn't here yet is noted, fetched all at once, and the reading made again.
 */
export class FetchedTerms implements Vocabulary {
  readonly #known = new Map<string, boolean>();
  readonly #near = new Map<string, readonly NearTerm[]>();
  #unknown = new Set<string>();
  #unasked = new Map<string, NearAsked>();

  constructor(
    private readonly connection: OpenSearchConnection,
    private readonly names: IndexNames,
  ) {}

  has(term: string): boolean {
    const known = this.#known.get(term);
    if (known === undefined) this.#unknown.add(term);
    return known ?? false;
  }

  near(token: string, nearness: Nearness): readonly NearTerm[] {
    const key = JSON.stringify([token, nearness]);
    const known = this.#near.get(key);
    if (known === undefined) this.#unasked.set(key, { token, nearness });
    return known ?? [];
  }

  /** The reading of the text at that place among `readings`; undefined when there are no more. */
  async reading(text: TextQuery, place: number, isTyping: boolean): Promise<Reading | undefined> {
    for (let round = 0; round < mostRounds; round += 1) {
      const reading = this.#readingAt(text, place, isTyping);
      if (this.#unknown.size === 0 && this.#unasked.size === 0) return reading;
      await this.#fetch();
    }
    return this.#readingAt(text, place, isTyping);
  }

  #readingAt(text: TextQuery, place: number, isTyping: boolean): Reading | undefined {
    let at = 0;
    for (const reading of readings(text, this, isTyping)) {
      if (at === place) return reading;
      at += 1;
    }
    return undefined;
  }

  async #fetch(): Promise<void> {
    const terms = [...this.#unknown];
    const asked = [...this.#unasked];
    this.#unknown = new Set();
    this.#unasked = new Map();
    const nears = asked.flatMap(([key, { token, nearness }]) =>
      nearClauses(token, nearness).map((clause) => ({ key, clause })),
    );
    const searches = [
      ...terms.map((term) => ({ index: this.names.plugins, body: liveClause(term) })),
      ...nears.map(({ clause }) => ({ index: this.names.terms, body: clause })),
    ];
    const { responses } = await this.connection.send<Answers>({
      method: 'POST',
      path: '/_msearch',
      lines: searches.flatMap(({ index, body }) => [JSON.stringify({ index }), JSON.stringify(body)]),
      timeoutMs: limits.openSearchSearchMs,
    });
    const failed = responses.find(({ error }) => error !== undefined)?.error;
    if (failed) throw searchUnavailable(new Error(`OpenSearch could not look up words: ${failed.type}`));
    terms.forEach((term, at) => this.#known.set(term, (responses[at]?.hits?.total?.value ?? 0) > 0));
    for (const [key, { token, nearness }] of asked) {
      const found = nears.flatMap(({ key: one }, at) =>
        one === key ? (responses[terms.length + at]?.hits?.hits ?? []).map(({ _id }) => _id) : [],
      );
      this.#near.set(key, nearest(token, nearness, found));
    }
  }
}

const liveClause = (term: string): Clause => ({
  size: 0,
  terminate_after: 1,
  track_total_hits: 1,
  query: { bool: { filter: [{ rank_feature: { field: `all.${wellFormed(term)}`, linear: {} } }] } },
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
