/* eslint-disable @typescript-eslint/no-non-null-assertion -- typed arrays, read within their bounds */
import { editDistance } from '#search';
import type { NearTerm, Nearness } from '#search';

/** Terms of one length, packed: their characters, and of each a mark of which characters it has. */
interface Shelf {
  readonly length: number;
  characters: Uint16Array;
  marks: Uint32Array;
  count: number;
}

const longestTerm = 64;

function bitCount(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return (((rest + (rest >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

function markOf(term: string): number {
  let mark = 0;
  for (let at = 0; at < term.length; at += 1)
    mark |= 1 << (Math.imul(term.charCodeAt(at), 0x9e3779b1) >>> 27);
  return mark >>> 0;
}

/** All terms of an index, for finding those that a misspelt token may have meant. */
export class TermDictionary {
  readonly #shelves: Shelf[] = Array.from({ length: longestTerm + 1 }, (_, length) => ({
    length,
    characters: new Uint16Array(0),
    marks: new Uint32Array(0),
    count: 0,
  }));

  add(term: string): void {
    const shelf = this.#shelves[term.length];
    if (shelf === undefined || term.length === 0) return;
    if (shelf.count === shelf.marks.length) grow(shelf);
    for (let at = 0; at < term.length; at += 1) {
      shelf.characters[shelf.count * shelf.length + at] = term.charCodeAt(at);
    }
    shelf.marks[shelf.count] = markOf(term);
    shelf.count += 1;
  }

  /** Terms within so many edits of the token, the token itself left out; nearest first, then by length and letters. */
  near(token: string, nearness: Nearness): NearTerm[] {
    const { edits, asPrefix } = nearness;
    const shortest = Math.max(1, token.length - edits);
    const longest = asPrefix ? longestTerm : Math.min(longestTerm, token.length + edits);
    const found: NearTerm[] = [];
    for (let length = shortest; length <= longest; length += 1) {
      this.#collect(this.#shelves[length]!, token, nearness, found);
    }
    return found.sort(
      (left, right) =>
        left.edits - right.edits || left.term.length - right.term.length || (left.term < right.term ? -1 : 1),
    );
  }

  #collect(shelf: Shelf, token: string, { edits, sameStart, asPrefix }: Nearness, found: NearTerm[]): void {
    const mark = markOf(token);
    const start = token.charCodeAt(0);
    for (let at = 0; at < shelf.count; at += 1) {
      const differing = asPrefix ? mark & ~shelf.marks[at]! : mark ^ shelf.marks[at]!;
      if (bitCount(differing) > (asPrefix ? edits : 2 * edits)) continue;
      if (sameStart && shelf.characters[at * shelf.length] !== start) continue;
      const term = String.fromCharCode(
        ...shelf.characters.subarray(at * shelf.length, (at + 1) * shelf.length),
      );
      const distance = asPrefix ? prefixDistance(token, term, edits) : editDistance(token, term, edits);
      if (distance <= edits && term !== token) found.push({ term, edits: distance });
    }
  }
}

function grow(shelf: Shelf): void {
  const capacity = Math.max(16, Math.ceil(shelf.marks.length * 1.5));
  const characters = new Uint16Array(capacity * shelf.length);
  characters.set(shelf.characters);
  const marks = new Uint32Array(capacity);
  marks.set(shelf.marks);
  shelf.characters = characters;
  shelf.marks = marks;
}

/** The least distance between the token and a beginning of the term. */
function prefixDistance(token: string, term: string, limit: number): number {
  let least = limit + 1;
  const longest = Math.min(term.length, token.length + limit);
  for (let length = Math.max(1, token.length - limit); length <= longest; length += 1) {
    least = Math.min(least, editDistance(token, term.slice(0, length), limit));
  }
  return least;
}
