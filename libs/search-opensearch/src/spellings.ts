import { limits } from '#kernel';
import { facetKey, spelledFacets } from '#search';
import type { FacetName } from '#search';
import type { CountedKey } from './facet-counts.js';
import type { IndexNames } from './index-names.js';
import type { OpenSearchConnection } from './opensearch-connection.js';
import type { Clause } from './text-clauses.js';

type Shown = ReadonlyMap<string, string>;
type Counts = Readonly<Record<string, { readonly buckets: readonly CountedKey[] }>>;

/**
 * How values of facets are written: as most plugins write them. Only spellings that differ from their key are kept and
 * asked for, once a second at most, and anew after a change of this process.
 */
export class Spellings {
  #shown: Promise<Shown> | undefined;
  #askedAt = -Infinity;

  constructor(
    private readonly connection: OpenSearchConnection,
    private readonly names: IndexNames,
  ) {}

  /** To be told when plugins changed. */
  forget(): void {
    this.#shown = undefined;
  }

  /** By facet and key the spelling, where it isn't the key. */
  current(): Promise<Shown> {
    const now = performance.now();
    if (this.#shown !== undefined && now - this.#askedAt < limits.openSearchSpellingsMs) return this.#shown;
    this.#askedAt = now;
    const asked = this.#ask();
    this.#shown = asked;
    asked.catch(() => {
      if (this.#shown === asked) this.#shown = undefined;
    });
    return asked;
  }

  static of(shown: Shown, facet: FacetName, key: string): string {
    return shown.get(`${facet}:${key}`) ?? key;
  }

  async #ask(): Promise<Shown> {
    const shown = new Map<string, string>();
    const size = limits.openSearchSpellings;
    const written = await this.#count((facet) => ({ terms: { field: `${facet}_written`, size } }));
    const keys = new Map(
      spelledFacets.map((facet) => [
        facet,
        [...new Set(written[facet]?.buckets.map(({ key }) => facetKey(key)))],
      ]),
    );
    if ([...keys.values()].every((some) => some.length === 0)) return shown;
    const all = await this.#count((facet) => {
      const include = keys.get(facet) ?? [];
      return { terms: { field: facet, size, include: include.length === 0 ? [''] : include } };
    });
    for (const facet of spelledFacets) {
      for (const { key, doc_count } of all[facet]?.buckets ?? []) {
        const others = (written[facet]?.buckets ?? []).filter((one) => facetKey(one.key) === key);
        const asKey = doc_count - others.reduce((sum, one) => sum + one.doc_count, 0);
        shown.set(`${facet}:${key}`, commonest([...others, { key, doc_count: asKey }]));
      }
    }
    return shown;
  }

  async #count(clause: (facet: (typeof spelledFacets)[number]) => Clause): Promise<Counts> {
    const aggs = Object.fromEntries(spelledFacets.map((facet) => [facet, clause(facet)]));
    const { aggregations } = await this.connection.send<{ aggregations: Counts }>({
      method: 'POST',
      path: `/${this.names.plugins}/_search`,
      body: { size: 0, track_total_hits: false, aggs },
      timeoutMs: limits.openSearchSearchMs,
    });
    return aggregations;
  }
}

function commonest(spellings: readonly CountedKey[]): string {
  const sorted = spellings.toSorted(
    (left, right) => right.doc_count - left.doc_count || (left.key < right.key ? -1 : 1),
  );
  return sorted[0]?.key ?? '';
}
