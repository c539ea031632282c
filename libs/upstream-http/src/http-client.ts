import type { Readable } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';
import { limits } from '#kernel';
import { isInternalHost, lookupUnlessInternal } from './internal-address.js';
import type { ConnectionSettings, Registry } from './registry.js';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
  /** Where it was found after redirects. */
  readonly address: string;
}

export interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** For the whole of it, the body included. */
  readonly maxMs: number;
}

/** Why there was no answer, in words for a log and for people. */
export class NoAnswer extends Error {
  constructor(
    readonly reason: string,
    /** Whether the machine at the other end could not be reached at all. */
    readonly isAway: boolean,
    cause?: unknown,
  ) {
    super(reason, { cause });
  }
}

const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Asks one registry, and the hosts that it sends one to. Credentials go to the registry's own address only; hosts that
 * turn out to be this machine or link-local are refused, unless the registry is one itself.
 */
export class HttpClient {
  private dispatchers: Promise<Dispatchers> | undefined;
  private readonly home: URL;
  private readonly mayBeInternal: boolean;

  constructor(private readonly registry: Registry) {
    this.home = new URL(registry.address);
    this.mayBeInternal = isInternalHost(this.home.hostname);
  }

  /** Throws NoAnswer. */
  async get(address: string, { headers, maxMs }: HttpRequest): Promise<HttpAnswer> {
    const signal = AbortSignal.timeout(maxMs);
    let url = new URL(address);
    for (let hop = 0; hop <= limits.upstreamRedirects; hop++) {
      this.refuseStrange(url);
      const answer = await this.once(url, headers, signal);
      const location = answer.headers.location;
      if (!redirects.has(answer.status) || typeof location !== 'string') return answer;
      answer.body.on('error', () => undefined).resume();
      const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
      if (next === undefined || (url.protocol === 'https:' && next.protocol !== 'https:'))
        throw new NoAnswer(`${url.host} redirects to where the store does not follow`, false);
      url = next;
    }
    throw new NoAnswer(`${url.host} redirects more than ${limits.upstreamRedirects} times`, false);
  }

  async close(): Promise<void> {
    const open = await this.dispatchers;
    await Promise.all(open?.all.map((dispatcher) => dispatcher.destroy()) ?? []);
  }

  private async once(
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    this.dispatchers ??= openDispatchers(this.registry.connection, (hostname) => this.isTrusted(hostname));
    const { request, of } = await this.dispatchers;
    const { authorization } = this.registry;
    const isHome = url.href.startsWith(this.registry.authorizedBelow);
    try {
      const answer = await request(url, {
        dispatcher: of(url),
        signal,
        headersTimeout: limits.upstreamHeadersMs,
        bodyTimeout: limits.upstreamIdleMs,
        headers: isHome && authorization !== null ? { ...headers, authorization } : headers,
      });
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: answer.body,
        address: url.href,
      };
    } catch (error) {
      throw noAnswerFrom(url.host, error);
    }
  }

  private refuseStrange(url: URL): void {
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw new NoAnswer(`${url.protocol} addresses are not fetched`, false);
    if (!this.mayBeInternal && isInternalHost(url.hostname))
      throw new NoAnswer(`${url.host} is an address of this machine`, false);
  }

  private isTrusted(hostname: string): boolean {
    return this.mayBeInternal || hostname === this.home.hostname;
  }
}

interface Dispatchers {
  readonly request: (typeof import('undici'))['request'];
  readonly of: (url: URL) => Dispatcher;
  readonly all: readonly Dispatcher[];
}

/** The library is loaded when a first page is asked for, so that the store starts without it. */
async function openDispatchers(
  connection: ConnectionSettings,
  isTrusted: (hostname: string) => boolean,
): Promise<Dispatchers> {
  const { Agent, ProxyAgent, request } = await import('undici');
  const tls = {
    rejectUnauthorized: connection.verifies,
    ...(connection.ca === null ? {} : { ca: [...connection.ca] }),
  };
  const shared = { connections: limits.upstreamRequestsAtOnce } satisfies Agent.Options;
  const direct = new Agent({
    ...shared,
    connect: { ...tls, timeout: limits.upstreamConnectMs, lookup: lookupUnlessInternal(isTrusted) },
  });
  const proxyOf = (uri: string | null) =>
    uri === null ? direct : new ProxyAgent({ ...shared, uri, requestTls: tls, proxyTls: tls });
  const http = proxyOf(connection.httpProxy);
  const https = proxyOf(connection.httpsProxy);
  const of = (url: URL) => {
    if (isWithoutProxy(url, connection.noProxy)) return direct;
    return url.protocol === 'https:' ? https : http;
  };
  return { request, of, all: [...new Set([direct, http, https])] };
}

/** NO_PROXY: a host, a domain with or without a dot before it, either with a port, or `*`. */
function isWithoutProxy(url: URL, hosts: readonly string[]): boolean {
  const name = url.hostname.toLowerCase();
  return hosts.some((written) => {
    const [host = '', port] = written.replace(/^\*?\./, '').split(':');
    if (written === '*') return true;
    if (port !== undefined && port !== url.port) return false;
    return name === host || name.endsWith(`.${host}`);
  });
}

const aways = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
]);

/** What went wrong on the way, without addresses: they may hold what must not be told. */
export function noAnswerFrom(host: string, error: unknown): NoAnswer {
  if (error instanceof NoAnswer) return error;
  const { cause, errors = [] } = error as { cause?: unknown; errors?: unknown[] };
  const failures = [error, cause, ...errors];
  const codes = failures.map((failure) => (failure as { code?: unknown } | undefined)?.code);
  const code = codes.find((one): one is string => typeof one === 'string');
  const isLate = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
  if (isLate) return new NoAnswer(`${host} takes too long`, false, error);
  return new NoAnswer(
    `${host}: ${code ?? 'the connection failed'}`,
    code !== undefined && aways.has(code),
    error,
  );
}
