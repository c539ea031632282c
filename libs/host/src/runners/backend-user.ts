import { randomInt } from 'node:crypto';
import { chownSync, lchownSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hostLimits } from '../host-limits.js';

/**
 * The user that an installation's back ends run as: a number that nobody else has, so that the kernel keeps them from each
 * other's files and counts their processes apart. The owner of its cache folder is where it is remembered.
 *
 * Throws when this process may not give files away, or has no numbers to give.
 */
export function backendUser(cacheFolder: string): number {
  mkdirSync(cacheFolder, { recursive: true });
  const owner = statSync(cacheFolder).uid;
  const range = userRange();
  if (owner >= range.first && owner < range.first + range.count) return owner;
  const user = unusedUser(range, dirname(cacheFolder));
  giveTo(user, cacheFolder);
  return user;
}

interface UserRange {
  readonly first: number;
  readonly count: number;
}

/** In a container there may be only 65536 users; then the numbers come from where no distribution puts one. */
function userRange(): UserRange {
  const [start = 0, , length = 0] = readFileSync('/proc/self/uid_map', 'utf8')
    .trim()
    .split(/\s+/)
    .map(Number);
  const { wideUsers, narrowUsers } = hostLimits;
  return start + length > wideUsers.first + wideUsers.count ? wideUsers : narrowUsers;
}

function unusedUser({ first, count }: UserRange, folder: string): number {
  const taken = new Set(readdirSync(folder).map((name) => statSync(join(folder, name)).uid));
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const user = first + randomInt(count);
    if (!taken.has(user)) return user;
  }
  throw new Error(`no user number is left between ${first} and ${first + count}`);
}

function giveTo(user: number, folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    lchownSync(join(entry.parentPath, entry.name), user, user);
  }
  chownSync(folder, user, user);
}

/** What the owner should know where an agent that runs as `user` gives back ends none of their own; undefined where it does. */
export const sharedUserWarning = (user: number | undefined): string | undefined =>
  process.platform !== 'linux' || user === 0
    ? undefined
    : 'Back ends that run as processes run as the agent’s own user, and can read what it can: the keys of other plugins and of this host too. Run the agent as root, which gives each a user of its own, or install with --trust untrusted, which runs them in containers.';
