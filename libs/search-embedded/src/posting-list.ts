/* eslint-disable @typescript-eslint/no-non-null-assertion -- typed arrays, read within their bounds */
import { IndexDamaged } from './index-damaged.js';

/** The documents of one block that hold a term: slot and the term's code in 16 bits, rising. */
export type Postings = Uint16Array;

export function decodePostings(stored: Uint8Array): Postings {
  if (stored.byteLength % 2 !== 0) throw new IndexDamaged('a list of postings is cut off');
  const bytes = stored.byteOffset % 2 === 0 ? stored : stored.slice();
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
}

const gone = 0x10000;

/** What happens to a term in one slot: it gets this code, or, with null, it goes. */
export function postingChange(slot: number, code: number | null): number {
  return code === null ? (slot << 4) | gone : (slot << 4) | code;
}

/** The postings after the changes, of which there is at most one for each slot. */
export function changedPostings(postings: Postings, changes: readonly number[]): Postings {
  const sorted = changes.toSorted((left, right) => (left & 0xffff) - (right & 0xffff));
  const result = new Uint16Array(postings.length + sorted.length);
  let length = 0;
  let next = 0;
  for (const change of sorted) {
    const slot = (change & 0xffff) >>> 4;
    while (next < postings.length && postings[next]! >>> 4 < slot) result[length++] = postings[next++]!;
    if (next < postings.length && postings[next]! >>> 4 === slot) next += 1;
    if ((change & gone) === 0) result[length++] = change;
  }
  while (next < postings.length) result[length++] = postings[next++]!;
  return result.subarray(0, length);
}
