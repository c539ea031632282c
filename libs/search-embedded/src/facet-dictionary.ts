/* eslint-disable @typescript-eslint/no-non-null-assertion -- typed arrays, read within their bounds */
import { limits } from '#kernel';
import { facetNames } from '#search';
import type { FacetName, FacetValue } from '#search';

export interface FacetRow {
  readonly id: number;
  readonly facet: number;
  readonly key: string;
  readonly shown: string;
}

/**
 * The facet values of an index, in memory: by id which facet a value belongs to, and of each facet the ids in the
 * order of their keys, so that of two values with equal counts the first by name is shown first.
 */
export class FacetDictionary {
  /** By value id: the bit of its facet; 0 for what is no facet that is shown. */
  facetBits = new Uint8Array(1024);
  /** One more than the highest id. */
  size = 0;
  readonly #keys: string[] = [];
  readonly #shown: string[] = [];
  readonly #ordered: number[][] = facetNames.map(() => []);

  load(rows: readonly FacetRow[]): void {
    const touched = new Set<number>();
    for (const { id, facet, key, shown } of rows) {
      const isKnown = this.#keys[id] !== undefined;
      this.#grow(id + 1);
      this.#keys[id] = key;
      this.#shown[id] = shown;
      const ordered = this.#ordered[facet];
      if (ordered === undefined || isKnown) continue;
      this.facetBits[id] = 1 << facet;
      if (rows.length < 64) ordered.splice(this.#placeOf(ordered, key), 0, id);
      else ordered.push(id);
      touched.add(facet);
    }
    if (rows.length < 64) return;
    for (const facet of touched)
      this.#ordered[facet]!.sort((left, right) => (this.#keys[left]! < this.#keys[right]! ? -1 : 1));
  }

  /** The values counted most, at most 50 of each facet. */
  mostCounted(counts: Uint32Array): Record<FacetName, FacetValue[]> {
    const facets: Partial<Record<FacetName, FacetValue[]>> = {};
    facetNames.forEach((name, facet) => {
      facets[name] = this.#most(this.#ordered[facet]!, counts);
    });
    return facets as Record<FacetName, FacetValue[]>;
  }

  #most(ordered: readonly number[], counts: Uint32Array): FacetValue[] {
    const best: number[] = [];
    let least = 0;
    for (const id of ordered) {
      const count = counts[id]!;
      if (count <= least) continue;
      let place = best.length;
      while (place > 0 && counts[best[place - 1]!]! < count) place -= 1;
      best.splice(place, 0, id);
      if (best.length > limits.searchFacetValues) best.pop();
      if (best.length === limits.searchFacetValues) least = counts[best.at(-1)!]!;
    }
    return best.map((id) => ({ value: this.#shown[id]!, count: counts[id]! }));
  }

  #placeOf(ordered: readonly number[], key: string): number {
    let low = 0;
    let high = ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#keys[ordered[middle]!]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(size: number): void {
    this.size = Math.max(this.size, size);
    if (size <= this.facetBits.length) return;
    const grown = new Uint8Array(Math.max(size, this.facetBits.length * 2));
    grown.set(this.facetBits);
    this.facetBits = grown;
  }
}
