import { limits } from '#kernel';
import { analyze, fold } from './analyze.js';

/** What of a text is marked: words that are one of `terms`, and words that begin with `prefix`. */
export interface HighlightTerms {
  readonly terms: ReadonlySet<string>;
  readonly prefix: string | null;
}

const words = /[\p{L}\p{N}\p{M}]+/gu;
const asciiText = /^[\x00-\x7f]*$/; // eslint-disable-line no-control-regex -- all of ASCII, NUL included
const contextCharacters = 60;

function matches(word: string, wanted: HighlightTerms): boolean {
  // Tokens of an ASCII word are pieces of it: a look for the pieces is cheaper than taking the word apart.
  if (asciiText.test(word) && !holdsAny(word.toLowerCase(), wanted)) return false;
  return analyze(word).some(
    (token) => wanted.terms.has(token) || (wanted.prefix !== null && token.startsWith(wanted.prefix)),
  );
}

function holdsAny(text: string, { terms, prefix }: HighlightTerms): boolean {
  if (prefix !== null && text.includes(prefix)) return true;
  for (const term of terms) if (text.includes(term)) return true;
  return false;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
}

/** Marks all of a short text; null when nothing in it matches. */
function markWords(text: string, wanted: HighlightTerms): string | null {
  let marked = '';
  let end = 0;
  let found = false;
  for (const match of text.matchAll(words)) {
    if (!matches(match[0], wanted)) continue;
    found = true;
    marked += `${escapeHtml(text.slice(end, match.index))}<mark>${escapeHtml(match[0])}</mark>`;
    end = match.index + match[0].length;
  }
  return found ? marked + escapeHtml(text.slice(end)) : null;
}

/** Where the first match of a long text may begin: a cheap look before the words are taken apart. */
function firstPlaces(text: string, wanted: HighlightTerms): number[] {
  const folded = asciiText.test(text) ? text.toLowerCase() : fold(text);
  const sought = wanted.prefix === null ? [...wanted.terms] : [...wanted.terms, wanted.prefix];
  const found: number[] = [];
  for (const term of sought) {
    for (
      let at = folded.indexOf(term), tries = 0;
      at >= 0 && tries < 4;
      at = folded.indexOf(term, at + 1), tries += 1
    ) {
      found.push(Math.min(at, text.length));
    }
  }
  return found.sort((left, right) => left - right).slice(0, 8);
}

function fragmentAround(text: string, place: number): { start: number; end: number } {
  const most = limits.searchHighlightCharacters;
  if (text.length <= most) return { start: 0, end: text.length };
  let start = Math.max(0, Math.min(place - contextCharacters, text.length - most));
  let end = Math.min(text.length, start + most);
  const firstSpace = text.indexOf(' ', start);
  if (start > 0 && firstSpace >= 0 && firstSpace < place) start = firstSpace + 1;
  const lastSpace = text.lastIndexOf(' ', end);
  if (end < text.length && lastSpace > place) end = lastSpace;
  return { start: wholeCharacter(text, start), end: wholeCharacter(text, end) };
}

/** A place that doesn't cut a surrogate pair in two. */
function wholeCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}

/**
 * A fragment of the text, HTML-escaped, with `<mark>` around the words that match; null when none does. A text
 * longer than the fragment is cut between words, with `…` where something is left out.
 */
export function highlight(text: string | null, wanted: HighlightTerms): string | null {
  if (text === null || text === '') return null;
  const scanned = text.slice(0, limits.searchHighlightScanCharacters);
  for (const place of firstPlaces(scanned, wanted)) {
    const { start, end } = fragmentAround(scanned, place);
    const marked = markWords(scanned.slice(start, end), wanted);
    if (marked !== null) return `${start > 0 ? '…' : ''}${marked}${end < text.length ? '…' : ''}`;
    if (start === 0 && end === scanned.length) return null;
  }
  return null;
}
