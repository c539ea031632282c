import { hash } from 'node:crypto';

const hashCharacters = 27;

/** A strong ETag of what is sent: a digest of the bytes, the same on every replica. */
export function entityTagOf(bytes: string | Buffer): string {
  return `"${hash('sha256', bytes, 'base64url').slice(0, hashCharacters)}"`;
}

/** Whether an `If-None-Match` names the tag: weak comparison with any of a list, or `*` (RFC 9110, section 13.1.2). */
export function namesTag(condition: string | undefined, tag: string): boolean {
  if (condition === undefined) return false;
  if (condition === tag) return true;
  return condition.split(',').some((part) => {
    const named = part.trim();
    return named === '*' || named === tag || named === `W/${tag}`;
  });
}
