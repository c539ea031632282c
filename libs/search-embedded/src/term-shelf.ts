/* eslint-disable @typescript-eslint/no-non-null-assertion -- typed arrays, read within their bounds */
import { IndexDamaged } from './index-damaged.js';

export const longestTerm = 64;

/** A set of characters in 32 bits: two terms whose marks differ much can't be near. */
export function markOf(term: string): number {
  let mark = 0;
  for (let at = 0; at < term.length; at += 1)
    mark |= 1 << (Math.imul(term.charCodeAt(at), 0x9e3779b1) >>> 27);
  return mark >>> 0;
}

/** Terms of one length, packed: of each its mark, and its characters one after the other. */
export class TermShelf {
  count: number;

  constructor(
    readonly length: number,
    public marks: Uint32Array = new Uint32Array(0),
    public characters: Uint16Array = new Uint16Array(0),
  ) {
    if (characters.length !== marks.length * length)
      throw new IndexDamaged('a shelf of terms does not add up');
    this.count = marks.length;
  }

  static decode(length: number, marks: Uint8Array, characters: Uint8Array): TermShelf {
    const markBytes = marks.slice().buffer;
    const characterBytes = characters.slice().buffer;
    if (markBytes.byteLength % 4 !== 0 || characterBytes.byteLength % 2 !== 0) {
      throw new IndexDamaged('a shelf of terms is cut off');
    }
    return new TermShelf(length, new Uint32Array(markBytes), new Uint16Array(characterBytes));
  }

  add(term: string): void {
    if (this.count === this.marks.length) this.#grow();
    const start = this.count * this.length;
    for (let at = 0; at < this.length; at += 1) this.characters[start + at] = term.charCodeAt(at);
    this.marks[this.count] = markOf(term);
    this.count += 1;
  }

  term(at: number): string {
    return String.fromCharCode(...this.characters.subarray(at * this.length, (at + 1) * this.length));
  }

  firstCharacter(at: number): number {
    return this.characters[at * this.length]!;
  }

  #grow(): void {
    const capacity = Math.max(16, Math.ceil(this.marks.length * 1.5));
    const characters = new Uint16Array(capacity * this.length);
    characters.set(this.characters);
    const marks = new Uint32Array(capacity);
    marks.set(this.marks);
    this.characters = characters;
    this.marks = marks;
  }
}
