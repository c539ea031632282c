import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tokenHeader } from '../folder/agent-file.js';
import type { Problem } from './problem-answer.js';

export const agentCookie = 'mortise-agent';

/**
 * Who calls. `control`: the command line of the folder's owner. `host`: the host's own server, which decides itself who
 * of its people may do what. `page`: the agent's own pages in a browser that was let in by their link.
 */
export type Caller = 'control' | 'host' | 'page';

/** Secrets of an agent; all of them follow from one in a file that only its owner can read, so they outlive a restart. */
export interface CallerTokens {
  readonly control: string;
  readonly host: string;
  readonly page: string;
}

/** Reads the file, or makes it (0600). */
export function openCallerTokens(file: string): CallerTokens {
  const secret = readSecret(file);
  const tokenFor = (caller: Caller): string =>
    createHmac('sha256', secret).update(caller).digest('base64url');
  return { control: tokenFor('control'), host: tokenFor('host'), page: tokenFor('page') };
}

function readSecret(file: string): Buffer {
  try {
    const kept = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
    if (kept.length === 32) return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const made = randomBytes(32);
  writeFileSync(file, `${made.toString('hex')}\n`, { mode: 0o600 });
  return made;
}

/** Whether two secrets are the same, in a time that says nothing of where they differ. */
export function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'mortise').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/**
 * Who sent it, by token or cookie; undefined for anybody else. A cookie counts only for the agent's own pages: browsers
 * send it along with requests of any page on this machine's address, whatever its port.
 */
export function callerOf(request: IncomingMessage, tokens: CallerTokens): Caller | undefined {
  const token = request.headers[tokenHeader];
  if (typeof token === 'string') {
    if (isSameSecret(token, tokens.control)) return 'control';
    return isSameSecret(token, tokens.host) ? 'host' : undefined;
  }
  const cookie = cookieOf(request);
  return cookie !== undefined && isSameSecret(cookie, tokens.page) && isOwnPage(request) ? 'page' : undefined;
}

function cookieOf(request: IncomingMessage): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(/;\s*/);
  return pairs.find((pair) => pair.startsWith(`${agentCookie}=`))?.slice(agentCookie.length + 1);
}

/** Sent by a page of the agent's own origin, or typed into the address bar. */
function isOwnPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host ?? ''}`) return false;
  return site === undefined ? headers.origin !== undefined : site === 'same-origin' || site === 'none';
}

const loopbackName = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/**
 * A page elsewhere can make a name of its own point to this machine, and its scripts would then be of one origin with the
 * agent (DNS rebinding). So only names that nobody else can own are listened to, and those that the operator gave.
 */
export function refuseStrangeName(
  { headers }: IncomingMessage,
  allowed: readonly string[],
): Problem | undefined {
  const host = headers.host ?? '';
  if (loopbackName.test(host) || allowed.some((name) => name === host || name === host.replace(/:\d+$/, '')))
    return undefined;
  return {
    status: 421,
    code: 'strange-host',
    detail: `The agent is not called "${host.slice(0, 100)}": use 127.0.0.1, or give that name with --allow-host if a proxy has to use it.`,
  };
}

/**
 * Where the host's own server hands requests over, it knows who its people are; what it may not see is that another
 * site's page sends them with their cookies. Browsers say so (Fetch Metadata).
 */
export function refuseForeignPage({ headers }: IncomingMessage): Problem | undefined {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
  return {
    status: 403,
    code: 'foreign-page',
    detail:
      'Plugins are called by pages of their own host only; this request comes from a page of another origin.',
  };
}
