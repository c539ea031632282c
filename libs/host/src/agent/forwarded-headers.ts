import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { agentCookie, tokenHeader } from './callers.js';

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

/**
 * What of a request's headers its back end gets: those that are meant for it, and where it was called. The agent's own
 * credentials stay here. Only from a caller who is trusted to have been in between (a host that proxies) is what it says
 * about the way before it passed on; others could make up any address.
 */
export function requestHeaders(
  request: IncomingMessage,
  prefix: string,
  isProxy: boolean,
): OutgoingHttpHeaders {
  const { [tokenHeader]: _token, cookie, expect: _expect, ...headers } = endToEnd(request.headers);
  const before = isProxy ? request.headers : {};
  const first = (name: string): string =>
    String(before[name] ?? '')
      .split(',')[0]
      ?.trim() ?? '';
  const cookies = withoutOwn(cookie);
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

function withoutOwn(cookies: unknown): string {
  if (typeof cookies !== 'string') return '';
  const isOwn = (pair: string) => pair.startsWith(`${agentCookie}=`);
  return cookies
    .split(/;\s*/)
    .filter((pair) => pair !== '' && !isOwn(pair))
    .join('; ');
}

/** What of a back end's headers the caller gets. */
export const answerHeaders = (answer: IncomingMessage): OutgoingHttpHeaders => endToEnd(answer.headers);
