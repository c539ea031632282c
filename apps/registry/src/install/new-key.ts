import { randomUUID } from 'node:crypto';
import { expiryNotAhead } from '#install';
import type { NewKey } from '#install';
import { makeApiKey } from '#kernel';

/** The instant that a body names, which must lie ahead of `now`; null where it names none. */
export function expiryOf(text: string | null | undefined, now: number): number | null {
  if (text === null || text === undefined) return null;
  const time = Date.parse(text);
  if (!(time > now)) throw expiryNotAhead();
  return time;
}

export interface KeyWish {
  readonly kind: 'host' | 'plugin';
  readonly name: string | null;
  readonly expiresAt: number | null;
  readonly now: number;
}

/** A new key, but for what it may do. */
export const newKey = (wish: KeyWish): Omit<NewKey, 'scopes'> => ({
  id: randomUUID(),
  name: wish.name,
  secret: makeApiKey(wish.kind),
  createdAt: wish.now,
  expiresAt: wish.expiresAt,
});
