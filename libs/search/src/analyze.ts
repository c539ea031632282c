import { limits } from '#kernel';

/** A word of a text: the token that stands for the whole of it, and the tokens of its parts. */
export interface Word {
  readonly token: string;
  /** `KubePlugin` → `kube`, `plugin`; `oauth2` → `oauth`, `2`. Empty for a plain word. */
  readonly parts: readonly string[];
}

const asciiText = /^[\x00-\x7f]*$/; // eslint-disable-line no-control-regex -- all of ASCII, NUL included
const asciiWord = /[A-Za-z0-9]+/g;
const anyWord = /[\p{L}\p{N}]+/gu;
const marks = /\p{M}+/gu;
/** Scripts written without spaces: their runs are indexed as overlapping pairs of characters. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const unspacedRuns =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+/gu;
const innerBoundary = /[\p{Ll}][\p{Lu}]|\p{L}\p{N}|\p{N}\p{L}|\p{Lu}{2}\p{Ll}/u;
const letterRuns = /\p{L}+|\p{N}+/gu;
const caseRuns = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+|[\p{Lo}\p{Lt}\p{Lm}]+/gu;
const digits = /^\p{N}+$/u;

/** Letters that no decomposition takes apart but that people type apart. */
const foldedLetters: Readonly<Record<string, string>> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i', ς: 'σ',
}; // prettier-ignore
const foldable = /[ßæœøłđðþıς]/gu;

function withoutMarks(text: string): string {
  return asciiText.test(text) ? text : text.normalize('NFKD').replace(marks, '');
}

function lower(text: string): string {
  const folded = text.toLowerCase();
  if (asciiText.test(folded)) return folded;
  return folded.replace(marks, '').replace(foldable, (letter) => foldedLetters[letter] ?? letter);
}

/** Compatibility forms decomposed (NFKD), marks stripped, lower case. */
export function fold(text: string): string {
  return lower(withoutMarks(text));
}

const capped = (token: string) => token.slice(0, limits.searchTokenCharacters);

function partsOf(word: string): readonly string[] {
  if (!innerBoundary.test(word)) return [];
  const whole = lower(word);
  const parts = new Set<string>();
  for (const run of [...(word.match(letterRuns) ?? []), ...(word.match(caseRuns) ?? [])]) {
    const part = lower(run);
    if (part !== whole && (part.length > 1 || digits.test(part))) parts.add(capped(part));
  }
  return [...parts];
}

function pairsOf(run: string): Word[] {
  const characters = [...lower(run)];
  const last = characters.at(-1);
  if (characters.length === 1 || last === undefined) return [{ token: characters.join(''), parts: [] }];
  const pairs = characters.slice(0, -1).map((character, at) => `${character}${characters[at + 1] ?? ''}`);
  // The last character stands alone too, so that each single one is found as the prefix of something.
  return pairs.map((token, at) => ({ token, parts: at === pairs.length - 1 ? [last] : [] }));
}

/** The words of a text in order. Both engines index and search with this and nothing else. */
export function analyzeWords(text: string): Word[] {
  const plain = withoutMarks(text);
  const isAscii = asciiText.test(plain);
  const words: Word[] = [];
  for (const word of plain.match(isAscii ? asciiWord : anyWord) ?? []) {
    if (isAscii || !unspaced.test(word)) {
      words.push({ token: capped(lower(word)), parts: partsOf(word) });
      continue;
    }
    for (const run of word.match(unspacedRuns) ?? []) {
      if (unspaced.test(run)) words.push(...pairsOf(run));
      else words.push({ token: capped(lower(run)), parts: partsOf(run) });
    }
  }
  return words;
}

/** All tokens of a text, those of whole words and of their parts, each once, in order. */
export function analyze(text: string): string[] {
  return [...new Set(analyzeWords(text).flatMap((word) => [word.token, ...word.parts]))];
}

/** Letters and digits only: `Kube-Plugin`, `kube plugin` and `KubePlugin` have one key. */
export function compactKey(text: string): string {
  return (fold(text).match(anyWord) ?? []).join('');
}
