/** Under which key values of a facet are one: `Security` and `security` are. Shown are the values as written. */
export function facetKey(value: string): string {
  return value.normalize('NFKC').trim().toLowerCase();
}
