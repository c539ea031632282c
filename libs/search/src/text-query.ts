import { limits, normalizeName } from '#kernel';
import { analyzeWords, compactKey } from './analyze.js';
import type { Word } from './analyze.js';
import { exactNameBonus } from './scoring.js';

/** The text of a search, taken apart. */
export interface TextQuery {
  /** Each once; the last is one that may still be being typed, so it counts as a prefix too. */
  readonly tokens: readonly Word[];
  /** Whether nothing was asked: every plugin matches. */
  readonly isEmpty: boolean;
  /** Key of the name that is asked for if all of the text is one; empty when it can't be. */
  readonly nameKey: string;
}

export function parseTextQuery(text: string): TextQuery {
  const unique = new Map<string, Word>();
  for (const word of analyzeWords(text)) {
    unique.delete(word.token);
    unique.set(word.token, word);
  }
  const tokens = [...unique.values()].slice(0, limits.searchTokens);
  return { tokens, isEmpty: text.trim() === '', nameKey: compactKey(withoutPublisher(text)) };
}

const withoutPublisher = (text: string) => text.slice(text.indexOf('/') + 1);

/**
 * What is added to the score of a plugin whose name has the key of the text: most when the text is the name (or the
 * id) itself, in any spelling that ids allow.
 */
export function nameBonus(text: string, id: string): number {
  const { written, publisherKey } = nameAsked(text);
  const name = withoutPublisher(id);
  if (written === name || written === id) return exactNameBonus.asWritten;
  const publisher = id.slice(0, id.length - name.length - 1);
  return publisherKey === '' || publisherKey === compactKey(publisher) ? exactNameBonus.spelledOtherwise : 0;
}

/** The text of a search as a name or id that is written exactly so, and the key of its publisher; empty: any. */
export function nameAsked(text: string): { readonly written: string; readonly publisherKey: string } {
  const slash = text.indexOf('/');
  const publisherKey = slash < 0 ? '' : compactKey(text.slice(0, slash));
  return { written: normalizeName(text.trim()), publisherKey };
}
