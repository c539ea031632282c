import { shortPrefixCharacters } from '#search';
import type { Reading, TermMatch } from '#search';
import type { MatchList } from './block-matcher.js';
import type { IndexReader } from './index-reader.js';
import { prefixMark } from './schema.js';

/** Of one token, the lists of each block. */
export type TokenLists = ReadonlyMap<number, readonly MatchList[]>;

/** Fetches what a reading of a search needs of the index. */
export function readingLists(reader: IndexReader, { tokens }: Reading): TokenLists[] {
  return tokens.map((matches) => {
    const lists = new Map<number, MatchList[]>();
    for (const match of matches) {
      for (const { block, postings } of postingsOf(reader, match)) {
        const list = { postings, factor: match.factor };
        const known = lists.get(block);
        if (known === undefined) lists.set(block, [list]);
        else known.push(list);
      }
    }
    return lists;
  });
}

function postingsOf(reader: IndexReader, { term, asPrefix }: TermMatch) {
  if (!asPrefix) return reader.postings(term);
  if (term.length <= shortPrefixCharacters) return reader.postings(prefixMark + term);
  return reader.postingsBeginning(term);
}
