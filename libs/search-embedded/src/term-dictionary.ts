/* eslint-disable @typescript-eslint/no-non-null-assertion -- typed arrays, read within their bounds */
import { beginningDistance, editDistance } from '#search';
import type { NearTerm, Nearness } from '#search';
import type { Connection } from './index-folder.js';
import { TermShelf, longestTerm, markOf } from './term-shelf.js';

interface ShelfRow {
  readonly marks: Buffer;
  readonly characters: Buffer;
}

function bitCount(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * All terms of an index, for finding those that a misspelt token may have meant. Most lie on stored shelves, of which
 * only those are read whose length comes up; the newest are read one by one.
 */
export class TermDictionary {
  readonly #statements;
  readonly #stored = new Map<number, TermShelf>();
  readonly #newest = new Map<number, TermShelf>();
  #shelved = -1;
  #lastTerm = 0;

  constructor(connection: Connection) {
    this.#statements = {
      shelved: connection.prepare(`SELECT value FROM meta WHERE key = 'shelved'`).pluck(),
      shelf: connection.prepare('SELECT marks, characters FROM term_shelf WHERE length = ?'),
      terms: connection.prepare('SELECT id, term FROM term WHERE id > ? ORDER BY id').raw(),
    };
  }

  /** Terms within so many edits of the token, the token itself left out; nearest first, then by length and letters. */
  near(token: string, nearness: Nearness): NearTerm[] {
    this.#refresh();
    const { edits, asPrefix } = nearness;
    const shortest = Math.max(2, token.length - edits);
    const longest = asPrefix ? longestTerm : Math.min(longestTerm, token.length + edits);
    const found = new Map<string, number>();
    for (let length = shortest; length <= longest; length += 1) {
      collect(this.#storedShelf(length), token, nearness, found);
      const newest = this.#newest.get(length);
      if (newest !== undefined) collect(newest, token, nearness, found);
    }
    return Array.from(found, ([term, distance]) => ({ term, edits: distance })).sort(
      (left, right) =>
        left.edits - right.edits || left.term.length - right.term.length || (left.term < right.term ? -1 : 1),
    );
  }

  #refresh(): void {
    const shelved = Number(this.#statements.shelved.get());
    if (shelved !== this.#shelved) {
      this.#stored.clear();
      this.#newest.clear();
      this.#shelved = shelved;
      this.#lastTerm = shelved;
    }
    for (const [id, term] of this.#statements.terms.iterate(this.#lastTerm) as Iterable<[number, string]>) {
      const shelf = this.#newest.get(term.length) ?? new TermShelf(term.length);
      shelf.add(term);
      this.#newest.set(term.length, shelf);
      this.#lastTerm = id;
    }
  }

  #storedShelf(length: number): TermShelf {
    const known = this.#stored.get(length);
    if (known !== undefined) return known;
    const row = this.#statements.shelf.get(length) as ShelfRow | undefined;
    const shelf =
      row === undefined ? new TermShelf(length) : TermShelf.decode(length, row.marks, row.characters);
    this.#stored.set(length, shelf);
    return shelf;
  }
}

function collect(
  shelf: TermShelf,
  token: string,
  { edits, sameStart, asPrefix }: Nearness,
  found: Map<string, number>,
): void {
  const mark = markOf(token);
  const start = token.charCodeAt(0);
  const { marks, count } = shelf;
  const mostDiffering = asPrefix ? edits : 2 * edits;
  for (let at = 0; at < count; at += 1) {
    const differing = asPrefix ? mark & ~marks[at]! : mark ^ marks[at]!;
    if (bitCount(differing) > mostDiffering) continue;
    if (sameStart && shelf.firstCharacter(at) !== start) continue;
    const term = shelf.term(at);
    const distance = asPrefix ? beginningDistance(token, term, edits) : editDistance(token, term, edits);
    if (distance <= edits && term !== token) found.set(term, distance);
  }
}
