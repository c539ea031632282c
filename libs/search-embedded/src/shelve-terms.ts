import type { Connection } from './index-folder.js';
import { TermShelf, longestTerm } from './term-shelf.js';

/** So many terms may be off the shelves before these are filled anew: they are read one by one by whoever corrects. */
const mostUnshelved = 20_000;

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array | Uint16Array) =>
  Buffer.from(buffer, byteOffset, byteLength);

/** Packs all terms of an index on shelves, if it is worth it: always at the end of a rebuild, else now and then. */
export function shelveTerms(connection: Connection, isRebuilt: boolean): void {
  const last = Number(connection.prepare('SELECT max(id) FROM term').pluck().get() ?? 0);
  const shelved = Number(connection.prepare(`SELECT value FROM meta WHERE key = 'shelved'`).pluck().get());
  if (!isRebuilt && last - shelved < Math.max(mostUnshelved, shelved / 4)) return;
  const put = connection.prepare(
    'INSERT OR REPLACE INTO term_shelf (length, marks, characters) VALUES (?, ?, ?)',
  );
  connection.transaction(() => {
    for (const shelf of fullShelves(connection)) {
      const { length, count, marks, characters } = shelf;
      put.run(length, bytesOf(marks.subarray(0, count)), bytesOf(characters.subarray(0, count * length)));
    }
    connection.prepare(`UPDATE meta SET value = ? WHERE key = 'shelved'`).run(last);
  })();
}

function fullShelves(connection: Connection): Iterable<TermShelf> {
  const shelves = new Map<number, TermShelf>();
  for (const term of connection.prepare('SELECT term FROM term').pluck().iterate() as Iterable<string>) {
    if (term.length > longestTerm) continue;
    const shelf = shelves.get(term.length) ?? new TermShelf(term.length);
    shelf.add(term);
    shelves.set(term.length, shelf);
  }
  return shelves.values();
}
