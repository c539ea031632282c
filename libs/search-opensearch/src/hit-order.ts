import { splitPluginId } from '#kernel';
import type { PluginId } from '#kernel';
import type { Position, SearchSort } from '#search';
import type { Clause } from './text-clauses.js';

type Order = 'score' | 'unasked' | Exclude<SearchSort, 'relevance'>;

/** What the engine sorts by, in turn; `comparePositions` says the same of positions. */
const sorts: Readonly<Record<Order, readonly Clause[]>> = {
  score: [{ _score: 'desc' }, { downloads: 'desc' }, { id: 'asc' }],
  unasked: [{ deprecated: 'asc' }, { downloads: 'desc' }, { id: 'asc' }],
  name: [{ id_name: 'asc' }, { id: 'asc' }],
  updated: [{ updated_at: 'desc' }, { downloads: 'desc' }, { id: 'asc' }],
  downloads: [{ downloads: 'desc' }, { id: 'asc' }],
};

/** The order of the hits of a search, and where in it a hit stands. */
export class HitOrder {
  readonly #order: Order;

  /** `isAsked`: whether there is a text by which plugins are more or less relevant. */
  constructor(sort: SearchSort, isAsked: boolean) {
    this.#order = sort === 'relevance' ? (isAsked ? 'score' : 'unasked') : sort;
  }

  get isByScore(): boolean {
    return this.#order === 'score';
  }

  get clauses(): readonly Clause[] {
    return [{ withdrawn: 'asc' }, ...sorts[this.#order]];
  }

  /** The values behind which a page starts. */
  after({ withdrawn, value, downloads, id }: Position): readonly (string | number)[] {
    const first = Number(withdrawn);
    if (this.#order === 'name') return [first, splitPluginId(id as PluginId).name, id];
    if (this.#order === 'downloads') return [first, downloads, id];
    return [first, this.#order === 'unasked' ? -value : value, downloads, id];
  }

  position(values: readonly unknown[], { id, downloads }: { id: string; downloads: number }): Position {
    const value = this.#order === 'name' ? 0 : Number(values[1]);
    return {
      withdrawn: values[0] === 1,
      value: this.#order === 'unasked' ? 0 - value : value,
      downloads,
      id,
    };
  }
}
