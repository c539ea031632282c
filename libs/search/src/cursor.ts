import { limits, sha256Hex } from '#kernel';
import { invalidCursor } from './errors.js';
import type { SearchQuery } from './search-index.js';

/** Where in an order a hit stands; the same for every engine. */
export interface Position {
  readonly withdrawn: boolean;
  /** What the sort orders by: score, milliseconds or downloads, the highest first; 0 when sorted by name. */
  readonly value: number;
  readonly downloads: number;
  readonly id: string;
}

/** Lowest in front: a name's order is that of the name, then that of the publisher. */
export function compareNames(left: string, right: string): number {
  const [leftName, rightName] = [left.slice(left.indexOf('/') + 1), right.slice(right.indexOf('/') + 1)];
  if (leftName !== rightName) return leftName < rightName ? -1 : 1;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Negative when `left` comes first. Withdrawn plugins come last whatever the sort; ties go by downloads, then id. */
export function comparePositions(sort: SearchQuery['sort'], left: Position, right: Position): number {
  if (left.withdrawn !== right.withdrawn) return left.withdrawn ? 1 : -1;
  if (sort === 'name') return compareNames(left.id, right.id);
  if (left.value !== right.value) return right.value - left.value;
  if (left.downloads !== right.downloads) return right.downloads - left.downloads;
  if (left.id === right.id) return 0;
  return left.id < right.id ? -1 : 1;
}

/** Names the search that a cursor belongs to: all of the query but its page. */
function queryMark(query: SearchQuery): string {
  const { text, categories, tags, publishers, kinds, interfaces, has, trusts, hosts, sort } = query;
  const lists = [categories, tags, publishers, kinds, interfaces, has, trusts, hosts];
  return sha256Hex(JSON.stringify([text, lists.map((values) => values.toSorted()), sort])).slice(0, 12);
}

export function encodeCursor(query: SearchQuery, position: Position): string {
  const { withdrawn, value, downloads, id } = position;
  const fields = [queryMark(query), withdrawn ? 1 : 0, value, downloads, id];
  return Buffer.from(JSON.stringify(fields)).toString('base64url');
}

/** The position behind which the page starts; null for the first page. Throws `invalid-cursor`. */
export function decodeCursor(query: SearchQuery): Position | null {
  if (query.cursor === null) return null;
  if (query.cursor.length > limits.searchCursorCharacters) throw invalidCursor();
  const [mark, withdrawn, value, downloads, id] = readFields(query.cursor);
  const sound =
    mark === queryMark(query) &&
    (withdrawn === 0 || withdrawn === 1) &&
    typeof value === 'number' &&
    typeof downloads === 'number' &&
    typeof id === 'string' &&
    id.includes('/');
  if (!sound) throw invalidCursor();
  return { withdrawn: withdrawn === 1, value, downloads, id };
}

function readFields(cursor: string): readonly unknown[] {
  try {
    const fields: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(fields) ? fields : [];
  } catch {
    return [];
  }
}
