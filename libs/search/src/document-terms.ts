import { limits } from '#kernel';
import { analyzeWords, compactKey } from './analyze.js';
import { places, strongerCode, termCode } from './scoring.js';
import type { Place, TermCode } from './scoring.js';
import type { PluginDocument } from './search-index.js';

/** What an index keeps of a document's text. */
export interface DocumentTerms {
  readonly terms: ReadonlyMap<string, TermCode>;
  readonly titleWords: number;
  readonly nameWords: number;
}

/** Whatever changes here, in `analyze.ts` or in the codes of `scoring.ts` asks for a new version: indexes are built anew then. */
export const analyzerVersion = 1;

const mostWords = 255;

/** The terms of a document with the strongest place of each. */
export function documentTerms(document: PluginDocument): DocumentTerms {
  const terms = new Map<string, TermCode>();
  const addTerm = (term: string, place: Place, isPart: boolean) => {
    const code = termCode(place, isPart);
    const known = terms.get(term);
    terms.set(term, known === undefined ? code : strongerCode(known, code));
  };
  const add = (place: Place, text: string | null): number => {
    if (text === null || text === '') return 0;
    const words = analyzeWords(text.slice(0, limits.searchIndexedCharacters));
    for (const word of words) {
      addTerm(word.token, place, false);
      for (const part of word.parts) addTerm(part, place, true);
    }
    return Math.min(words.length, mostWords);
  };

  const nameWords = add(places.name, document.name);
  const joined = compactKey(document.name).slice(0, limits.searchTokenCharacters);
  if (joined !== '') addTerm(joined, places.name, false);
  // A plugin without a title is shown by its name.
  const titleWords = add(places.title, document.title ?? document.name);
  add(places.tag, document.tags.join('\n'));
  add(places.category, document.categories.join('\n'));
  add(places.maintainer, document.publisher);
  add(places.maintainer, document.maintainer);
  add(places.summary, document.summary);
  add(places.rest, document.description);
  add(places.rest, document.operations.join('\n'));
  return { terms, titleWords, nameWords };
}
