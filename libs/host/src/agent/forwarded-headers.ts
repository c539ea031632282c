import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { frontendPolicy } from '#kernel';
import { tokenHeader } from '../folder/agent-file.js';
import { agentCookie } from './callers.js';

/** Between two neighbours only (RFC 9110, section 7.6.1); what `Connection` names is added. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const namedByConnection = (headers: IncomingHttpHeaders): ReadonlySet<string> =>
  new Set((headers.connection ?? '').toLowerCase().split(/[\s,]+/));

function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = namedByConnection(headers);
  const kept: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!hopByHop.has(name) && !named.has(name)) kept[name] = value;
  }
  return kept;
}

/** How a request is passed on. */
export interface Passing {
  /** What of its address the back end doesn't see. */
  readonly prefix: string;
  readonly isProxy: boolean;
  /** Whether the plugin is. */
  readonly isTrusted: boolean;
}

/**
 * What of a request's headers its back end gets: those that are meant for it, and where it was called. The agent's own
 * credentials stay here. Only from a caller who is trusted to have been in between (a host that proxies) is what it says
 * about the way before it passed on; others could make up any address. How long the body is says `framing`.
 * Cookies are those of the host's people, which nobody needs to have who isn't trusted.
 */
export function requestHeaders(
  request: IncomingMessage,
  { prefix, isProxy, isTrusted }: Passing,
): OutgoingHttpHeaders {
  const {
    [tokenHeader]: _token,
    cookie,
    expect: _expect,
    'content-length': _length,
    ...headers
  } = endToEnd(request.headers);
  const before = isProxy ? request.headers : {};
  const first = (name: string): string =>
    String(before[name] ?? '')
      .split(',')[0]
      ?.trim() ?? '';
  const cookies = isTrusted ? withoutOwn(cookie) : '';
  const { 'x-forwarded-prefix': _prefix, forwarded: _forwarded, ...rest } = headers;
  return {
    ...rest,
    ...(cookies === '' ? {} : { cookie: cookies }),
    'x-forwarded-prefix': `${first('x-forwarded-prefix').replace(/\/$/, '')}${prefix}`,
    'x-forwarded-host': first('x-forwarded-host') || (request.headers.host ?? 'localhost'),
    'x-forwarded-proto': first('x-forwarded-proto') || 'http',
    'x-forwarded-for': [before['x-forwarded-for'], request.socket.remoteAddress ?? '127.0.0.1']
      .filter((part) => part !== undefined)
      .join(', '),
  };
}

/**
 * How long the body of a request is, as it is said to its back end, whatever else its caller names hop-by-hop. Node says
 * nothing of the kind by itself for GET and some others: the body would be read as the next request.
 */
export function framing({ headers }: IncomingMessage): OutgoingHttpHeaders {
  if (headers['transfer-encoding'] !== undefined) return { 'transfer-encoding': 'chunked' };
  const length = headers['content-length'];
  return length === undefined ? {} : { 'content-length': length };
}

function withoutOwn(cookies: unknown): string {
  if (typeof cookies !== 'string') return '';
  const isOwn = (pair: string) => pair.startsWith(`${agentCookie}=`);
  return cookies
    .split(/;\s*/)
    .filter((pair) => pair !== '' && !isOwn(pair))
    .join('; ');
}

/** What an untrusted plugin may say of its answer; the rest would speak to a browser in the host's name. */
const plain: ReadonlySet<string> = new Set([
  'accept-ranges',
  'allow',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'location',
  'retry-after',
  'sec-websocket-accept',
  'sec-websocket-extensions',
  'sec-websocket-protocol',
  'vary',
]);

/**
 * What of a back end's headers the caller gets. The answer is of the host's own origin, where an untrusted plugin may run
 * nothing: so its pages are of none, as the files of a stranger's front end are, and it sets no cookies.
 */
export function answerHeaders(answer: IncomingMessage, isTrusted: boolean): OutgoingHttpHeaders {
  const headers = endToEnd(answer.headers);
  if (isTrusted) return headers;
  return {
    ...Object.fromEntries(Object.entries(headers).filter(([name]) => plain.has(name))),
    'content-security-policy': frontendPolicy,
    'x-content-type-options': 'nosniff',
  };
}
