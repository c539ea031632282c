/** How many edits a token of this length forgives: as Lucene's AUTO, 0 up to two characters, 1 up to five, else 2. */
export function allowedEdits(length: number): 0 | 1 | 2 {
  if (length < 3) return 0;
  return length < 6 ? 1 : 2;
}

/**
 * Edits between two words, where swapping two neighbours counts as one (optimal string alignment); anything above
 * `limit` is answered as `limit + 1`.
 */
export function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    let smallest = row;
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let edits = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) edits = Math.min(edits, (beforeLast[column - 2] ?? 0) + 1);
      current.push(edits);
      smallest = Math.min(smallest, edits);
    }
    if (smallest > limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  return Math.min(last[right.length] ?? 0, limit + 1);
}

/** The least edits between the word and a beginning of the term; anything above `limit` is answered as `limit + 1`. */
export function beginningDistance(word: string, term: string, limit: number): number {
  let least = limit + 1;
  const longest = Math.min(term.length, word.length + limit);
  for (let length = Math.max(1, word.length - limit); length <= longest; length += 1) {
    least = Math.min(least, editDistance(word, term.slice(0, length), limit));
  }
  return least;
}

/** The word among `known` that `written` most likely means, if any is near enough. */
export function nearestWord(written: string, known: readonly string[]): string | undefined {
  const allowed = Math.max(1, allowedEdits(written.length));
  const ranked = known
    .map((word) => ({ word, edits: editDistance(written.toLowerCase().slice(0, 64), word, allowed) }))
    .filter(({ edits }) => edits <= allowed)
    .sort((left, right) => left.edits - right.edits);
  return ranked[0]?.word;
}
