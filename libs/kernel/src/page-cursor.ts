import { RegistryError } from './registry-error.js';

/** Where a list goes on: the values by which it is sorted, of the last item that was shown. Opaque to callers. */
export type PageCursor = readonly (string | number)[];

/** Which part of a list is asked for. */
export interface PageRequest {
  /** How many items at most. */
  readonly limit: number;
  /** As it was answered; null for the first page. */
  readonly cursor: string | null;
}

/** A part of a list; `next` leads to the part after it and is null at the end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

function encodePageCursor(cursor: PageCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** The cursor in `text`, whose values must be of the kinds named. Throws `invalid-cursor` for any other text. */
export function decodePageCursor(text: string, kinds: readonly ('string' | 'number')[]): PageCursor {
  const values = parse(Buffer.from(text, 'base64url').toString('utf8'));
  const fits =
    Array.isArray(values) &&
    values.length === kinds.length &&
    values.every((value, index) => typeof value === kinds[index] && isKeepable(value));
  if (!fits) throw invalidCursor();
  return values as PageCursor;
}

/** Lists are sorted by texts, times and counts: no cursor of ours has another number, or a text that is none. */
const isKeepable = (value: unknown): boolean =>
  typeof value === 'number' ? Number.isSafeInteger(value) : !/\p{Surrogate}/u.test(String(value));

export const invalidCursor = (): RegistryError =>
  new RegistryError('invalid', 'invalid-cursor', 'The cursor is not one that this list answered.');

/** The page that begins `found`, which has one item more than the limit where there are more. */
export function toPage<Item>(
  found: readonly Item[],
  limit: number,
  cursorOf: (last: Item) => PageCursor,
): Page<Item> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const next = found.length > limit && last !== undefined ? encodePageCursor(cursorOf(last)) : null;
  return { items, next };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
