import { distance } from 'fastest-levenshtein';

/** Longer words than this are not misspellings, and comparing them would take time. */
const comparableCharacters = 64;

/**
 * The word that `written` was most likely meant to be, or undefined when none is near. Case, hyphens,
 * underscores and spaces don't count; of what remains about a third of the letters may differ.
 */
export function closestWord(written: string, words: Iterable<string>): string | undefined {
  if (written.length > comparableCharacters) return undefined;
  const wanted = bare(written);
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  let closest: string | undefined;
  let smallest = allowed + 1;
  for (const word of words) {
    const edits = editsBetween(wanted, bare(word));
    if (edits >= smallest || edits >= word.length) continue;
    smallest = edits;
    closest = word;
  }
  return closest;
}

/** Two letters that changed places are one slip, not two. */
function editsBetween(written: string, word: string): number {
  const edits = distance(written, word);
  return edits === 2 && sortedLetters(written) === sortedLetters(word) ? 1 : edits;
}

const sortedLetters = (word: string): string => [...word].sort().join('');

const bare = (word: string): string => word.toLowerCase().replace(/[-_ ]/g, '');
