import { highlight } from './highlight.js';
import type { HighlightTerms } from './highlight.js';

/** The texts of a plugin in which matches are marked. */
interface MarkedTexts {
  readonly name: string | null;
  readonly title: string | null;
  readonly summary: string | null;
  readonly description: string | null;
}

/** Field to its fragment, for those in which something matched; null: nothing was asked. */
export function highlightsOf(texts: MarkedTexts, wanted: HighlightTerms | null): Record<string, string> {
  const highlights: Record<string, string> = {};
  if (wanted === null) return highlights;
  for (const field of ['name', 'title', 'summary', 'description'] as const) {
    const marked = highlight(texts[field], wanted);
    if (marked !== null) highlights[field] = marked;
  }
  return highlights;
}
