/**
 * Where a term stands in a document, from the weakest place to the strongest. A term in several places counts for
 * the strongest; standing in both title and name is a place of its own, since each is covered for itself.
 */
export const places = {
  rest: 0,
  summary: 1,
  maintainer: 2,
  category: 3,
  tag: 4,
  name: 5,
  title: 6,
  titleAndName: 7,
} as const;
export type Place = (typeof places)[keyof typeof places];

const placeWeights: readonly number[] = [1, 2, 3, 3, 4, 5, 8, 8];

/** How much of a place's weight a match earns, by how near it is to what was asked. */
export const matchFactors = { exact: 1, prefix: 0.7, oneEdit: 0.6, twoEdits: 0.35 } as const;

/** What a part of a word (`kube` in `KubePlugin`) earns of a whole word's weight. */
const partFactor = 0.8;
/** What covering the title, or the name, wholly earns. */
export const coverageWeight = 6;
const popularityWeight = 0.04;
/** What is left of the score of a deprecated plugin. */
const deprecatedFactor = 0.5;

/** The head of a document, which suggestions look at: all but its summary and its long texts. */
export const firstHeadPlace: Place = places.maintainer;

/** Place and wholeness of a term in four bits, as indexes keep it. */
export type TermCode = number;
export const termCodes = 16;
const partBit = 8;

export function termCode(place: Place, isPart: boolean): TermCode {
  return isPart ? place | partBit : place;
}

export function placeOf(code: TermCode): number {
  return code & 7;
}

export function codeWeight(code: TermCode): number {
  return (placeWeights[placeOf(code)] ?? 0) * (code & partBit ? partFactor : 1);
}

/** How far a term in this place covers the title: whole words wholly, parts of words by half. */
export function titleShare(code: TermCode): number {
  return placeOf(code) >= places.title ? shareOf(code) : 0;
}

export function nameShare(code: TermCode): number {
  const place = placeOf(code);
  return place === places.name || place === places.titleAndName ? shareOf(code) : 0;
}

const shareOf = (code: TermCode) => (code & partBit ? 0.5 : 1);

export function strongerCode(left: TermCode, right: TermCode): TermCode {
  const [leftPlace, rightPlace] = [placeOf(left), placeOf(right)];
  const inBoth =
    (leftPlace === places.title && rightPlace === places.name) ||
    (leftPlace === places.name && rightPlace === places.title);
  if (inBoth) return places.titleAndName | (left & right & partBit);
  const difference = codeWeight(left) - codeWeight(right);
  if (difference !== 0) return difference > 0 ? left : right;
  return Math.min(left, right);
}

/**
 * What a plugin is worth whatever is asked: the gentle advantage of what many use, never a disadvantage; and the plain
 * disadvantage of what is deprecated, which no number of downloads makes up for.
 */
export function worth(downloads: number, isDeprecated: boolean): number {
  const popularity = 1 + popularityWeight * Math.log10(1 + Math.max(0, downloads));
  return isDeprecated ? popularity * deprecatedFactor : popularity;
}

/** The score where nothing is asked, so that downloads decide: the deprecated ones stand behind the others. */
export function unaskedScore(isDeprecated: boolean): number {
  return isDeprecated ? -1 : 0;
}

export interface Coverage {
  /** Sums of the shares of the matched tokens, each times its match factor. */
  readonly title: number;
  readonly name: number;
  readonly titleWords: number;
  readonly nameWords: number;
  readonly tokens: number;
}

/** `weights` is the sum, over the tokens, of place weight times match factor. */
export function score(weights: number, coverage: Coverage, worthOfPlugin: number): number {
  const title = coverage.title / Math.max(coverage.titleWords, coverage.tokens, 1);
  const name = coverage.name / Math.max(coverage.nameWords, coverage.tokens, 1);
  return (weights + coverageWeight * Math.max(title, name)) * worthOfPlugin;
}

/** Added to the score of a plugin that bears exactly the name asked for; no other score comes near. */
export const exactNameBonus = { asWritten: 2000, spelledOtherwise: 1000 } as const;
