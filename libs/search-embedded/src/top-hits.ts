/* eslint-disable @typescript-eslint/no-non-null-assertion -- arrays, read within their bounds */
import { compareNames } from '#search';
import type { Position, SearchSort } from '#search';
import type { BlockColumns } from './block-columns.js';

export interface TopHit {
  readonly docid: number;
  readonly position: Position;
}

interface Candidate {
  readonly docid: number;
  readonly columns: BlockColumns;
  readonly slot: number;
  readonly isWithdrawn: boolean;
  readonly value: number;
  readonly downloads: number;
}

/** Keeps the best so many of what it is offered, in the order of `comparePositions`; reads ids only to settle ties. */
export class TopHits {
  /** A heap: the worst that is kept lies at 0. */
  readonly #heap: Candidate[] = [];

  constructor(
    readonly capacity: number,
    readonly sort: SearchSort,
    readonly after: Position | null,
  ) {}

  offer(docid: number, columns: BlockColumns, slot: number, value: number): void {
    const isWithdrawn = columns.isWithdrawn(slot);
    const isFull = this.#heap.length === this.capacity;
    const worst = this.#heap[0];
    if (isFull && this.sort !== 'name' && isWithdrawn === worst!.isWithdrawn && value < worst!.value) return;
    const candidate = { docid, columns, slot, isWithdrawn, value, downloads: columns.downloads[slot]! };
    if (isFull && this.#compare(candidate, worst!) >= 0) return;
    if (this.after !== null && this.#compareTo(candidate, this.after) <= 0) return;
    if (isFull) {
      this.#heap[0] = candidate;
      this.#sink();
    } else {
      this.#heap.push(candidate);
      this.#rise();
    }
  }

  /** What was kept, best first. */
  sorted(): TopHit[] {
    return this.#heap
      .toSorted((left, right) => this.#compare(left, right))
      .map(({ docid, columns, slot, isWithdrawn, value, downloads }) => ({
        docid,
        position: { withdrawn: isWithdrawn, value, downloads, id: columns.id(slot) },
      }));
  }

  #compare(left: Candidate, right: Candidate): number {
    if (left.isWithdrawn !== right.isWithdrawn) return left.isWithdrawn ? 1 : -1;
    if (this.sort !== 'name') {
      if (left.value !== right.value) return right.value - left.value;
      if (left.downloads !== right.downloads) return right.downloads - left.downloads;
    }
    return this.#compareIds(left.columns.id(left.slot), right.columns.id(right.slot));
  }

  #compareTo(left: Candidate, right: Position): number {
    if (left.isWithdrawn !== right.withdrawn) return left.isWithdrawn ? 1 : -1;
    if (this.sort !== 'name') {
      if (left.value !== right.value) return right.value - left.value;
      if (left.downloads !== right.downloads) return right.downloads - left.downloads;
    }
    return this.#compareIds(left.columns.id(left.slot), right.id);
  }

  #compareIds(left: string, right: string): number {
    if (this.sort === 'name') return compareNames(left, right);
    if (left === right) return 0;
    return left < right ? -1 : 1;
  }

  #rise(): void {
    const heap = this.#heap;
    let at = heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (this.#compare(heap[at]!, heap[parent]!) <= 0) return;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.#compare(heap[child]!, heap[worst]!) > 0) worst = child;
      }
      if (worst === at) return;
      [heap[at], heap[worst]] = [heap[worst]!, heap[at]!];
      at = worst;
    }
  }
}
