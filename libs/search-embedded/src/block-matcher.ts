/* eslint-disable @typescript-eslint/no-non-null-assertion -- typed arrays, read within their bounds */
import { codeWeight, firstHeadPlace, nameShare, placeOf, score, termCodes, titleShare } from '#search';
import type { BlockColumns } from './block-columns.js';
import type { Postings } from './posting-list.js';
import { blockSlots } from './schema.js';

/** Postings of one term in one block, and what a match of that term earns. */
export interface MatchList {
  readonly postings: Postings;
  readonly factor: number;
}

interface CodeTable {
  readonly weights: Float64Array;
  readonly titles: Float64Array;
  readonly names: Float64Array;
}

function codeTable(factor: number, headOnly: boolean): CodeTable {
  const codes = Array.from({ length: termCodes }, (_, code) => code);
  const isSeen = (code: number) => !headOnly || placeOf(code) >= firstHeadPlace;
  return {
    weights: Float64Array.from(codes, (code) => (isSeen(code) ? codeWeight(code) * factor : 0)),
    titles: Float64Array.from(codes, (code) => titleShare(code) * factor),
    names: Float64Array.from(codes, (code) => nameShare(code) * factor),
  };
}

/** Finds and scores the documents of one block at a time: small arrays that are used again and stay in the cache. */
export class BlockMatcher {
  /** Slots that matched, in no order; the first `count` of them. */
  readonly slots = new Uint16Array(blockSlots);
  count = 0;
  readonly #best = new Float64Array(blockSlots);
  readonly #bestTitle = new Float64Array(blockSlots);
  readonly #bestName = new Float64Array(blockSlots);
  readonly #weights = new Float64Array(blockSlots);
  readonly #titles = new Float64Array(blockSlots);
  readonly #names = new Float64Array(blockSlots);
  readonly #matched = new Uint8Array(blockSlots);
  readonly #touched = new Uint16Array(blockSlots);
  readonly #tables = new Map<string, CodeTable>();

  /** Matches the documents that hold all of the tokens, or any of them. `tokens` has the lists of each token. */
  match(tokens: readonly (readonly MatchList[])[], needsAll: boolean, headOnly: boolean): void {
    this.#reset();
    tokens.forEach((lists, token) => {
      const touched = this.#spread(lists, headOnly);
      for (let at = 0; at < touched; at += 1) this.#gather(this.#touched[at]!, needsAll ? token : -1);
    });
    if (!needsAll) return;
    let kept = 0;
    for (let at = 0; at < this.count; at += 1) {
      const slot = this.slots[at]!;
      if (this.#matched[slot] === tokens.length) this.slots[kept++] = slot;
      else this.#clear(slot);
    }
    this.count = kept;
  }

  /** Adds a slot whatever its terms. */
  include(slot: number): void {
    if (this.#matched[slot] !== 0) return;
    this.#matched[slot] = 1;
    this.slots[this.count++] = slot;
  }

  score(slot: number, columns: BlockColumns, tokens: number): number {
    const coverage = {
      title: this.#titles[slot]!,
      name: this.#names[slot]!,
      titleWords: columns.titleWords[slot]!,
      nameWords: columns.nameWords[slot]!,
      tokens,
    };
    return score(this.#weights[slot]!, coverage, columns.worth[slot]!);
  }

  #reset(): void {
    for (let at = 0; at < this.count; at += 1) this.#clear(this.slots[at]!);
    this.count = 0;
  }

  #clear(slot: number): void {
    this.#weights[slot] = 0;
    this.#titles[slot] = 0;
    this.#names[slot] = 0;
    this.#matched[slot] = 0;
  }

  /** The best of a token's lists for each slot; answers how many slots were touched. */
  #spread(lists: readonly MatchList[], headOnly: boolean): number {
    const [best, bestTitle, bestName, touched] = [this.#best, this.#bestTitle, this.#bestName, this.#touched];
    let count = 0;
    for (const { postings, factor } of lists) {
      const { weights, titles, names } = this.#table(factor, headOnly);
      for (let at = 0; at < postings.length; at += 1) {
        const posting = postings[at]!;
        const code = posting & 15;
        const weight = weights[code]!;
        if (weight === 0) continue;
        const slot = posting >>> 4;
        if (best[slot] === 0) touched[count++] = slot;
        if (weight > best[slot]!) best[slot] = weight;
        if (titles[code]! > bestTitle[slot]!) bestTitle[slot] = titles[code]!;
        if (names[code]! > bestName[slot]!) bestName[slot] = names[code]!;
      }
    }
    return count;
  }

  /** Adds a token's best to a slot; with `expected`, only where so many tokens matched before. */
  #gather(slot: number, expected: number): void {
    const matched = this.#matched[slot]!;
    if (expected < 0 || matched === expected) {
      if (matched === 0) this.slots[this.count++] = slot;
      this.#weights[slot]! += this.#best[slot]!;
      this.#titles[slot]! += this.#bestTitle[slot]!;
      this.#names[slot]! += this.#bestName[slot]!;
      this.#matched[slot] = matched + 1;
    }
    this.#best[slot] = 0;
    this.#bestTitle[slot] = 0;
    this.#bestName[slot] = 0;
  }

  #table(factor: number, headOnly: boolean): CodeTable {
    const key = `${factor}:${headOnly}`;
    let table = this.#tables.get(key);
    if (table === undefined) this.#tables.set(key, (table = codeTable(factor, headOnly)));
    return table;
  }
}
