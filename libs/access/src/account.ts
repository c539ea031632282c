import { limits } from '#kernel';
import { invalidUsername } from './errors.js';
import type { Role } from './role.js';

/** A person of the store. */
export interface Account {
  readonly id: string;
  /** As it was written; who has it is told without regard to case. */
  readonly username: string;
  readonly email: string | null;
  readonly roles: readonly Role[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Words that stand for something else in addresses or in the audit log. */
const reservedUsernames: ReadonlySet<string> = new Set(['me', 'system', 'anonymous', 'mortise']);

const lettersDigitsAndSingleHyphens = /^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/;

/** Under which a username is unique and found. */
export const usernameKey = (username: string): string => username.toLowerCase();

/** `username`, when it can be one. Throws `invalid-username`. */
export function parseUsername(username: string): string {
  const key = usernameKey(username);
  const fits = username.length <= limits.usernameCharacters && lettersDigitsAndSingleHyphens.test(username);
  if (!fits || reservedUsernames.has(key)) throw invalidUsername([...reservedUsernames]);
  return username;
}
