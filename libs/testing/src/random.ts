/** Chance that comes out the same for the same seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** At least 0, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.next() * items.length)]!;
  }

  /** As `pick`, but the first items come far more often than the last: the rank follows Zipf's law. */
  pickRanked<Item>(items: readonly Item[]): Item {
    return items[Math.floor(items.length ** this.next()) - 1]!;
  }

  some<Item>(items: readonly Item[], least: number, most: number): Item[] {
    const picked = new Set<Item>();
    for (let left = this.between(least, most); left > 0; left -= 1) picked.add(this.pickRanked(items));
    return [...picked];
  }
}
