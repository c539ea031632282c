import { setTimeout as delay } from 'node:timers/promises';
import { limits, RegistryError, sha256Hex } from '#kernel';
import type { Clock } from '#kernel';
import { Upstream, upstreamFileTooLarge, upstreamRefuses, upstreamUnreachable } from '#packages';
import type { PackageSide, PageRequest, UpstreamAnswer } from '#packages';
import { HttpClient, NoAnswer, noAnswerFrom } from './http-client.js';
import type { HttpAnswer } from './http-client.js';
import { acceptedEncodings, readBody } from './read-body.js';
import { Registries } from './registries.js';
import type { RegistrySettings, UpstreamSide } from './registries.js';
import { Reachability } from './reachability.js';

export interface UpstreamOptions extends RegistrySettings {
  /** By which other stores, and this one, know a request again (RFC 9110, Via). */
  readonly pseudonym: string;
  readonly clock: Clock;
}

const accepted = {
  full: 'application/json',
  short: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*',
  simple: 'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1',
} as const;

const mostUnanswered = limits.upstreamRequestsAtOnce + limits.upstreamRequestsWaiting;

/** Fetches from the registries that the settings, or the machine's own npm and pip, name. */
export class HttpUpstream extends Upstream {
  private readonly registries: Registries;
  private readonly clients = new Map<UpstreamSide, HttpClient>();
  private readonly reachability: Reachability;
  private fetches = 0;
  private unanswered = 0;

  constructor(private readonly options: UpstreamOptions) {
    super();
    this.registries = new Registries(options);
    this.reachability = new Reachability(options.clock);
  }

  /** How many requests were made. */
  get requests(): number {
    return this.fetches;
  }

  /** How many wait for an answer now. */
  get waiting(): number {
    return this.unanswered;
  }

  override mayBeOn(side: PackageSide): boolean {
    return this.registries.mayBeOn(side);
  }

  override async isOn(side: PackageSide): Promise<boolean> {
    return (await this.registries.of(side)) !== undefined;
  }

  override isSelf(side: PackageSide): void {
    this.registries.turnOff(side);
  }

  override async page({ side, name, form, etag, via }: PageRequest): Promise<UpstreamAnswer> {
    const registry = await this.registries.of(side, name);
    if (registry === undefined) return { kind: 'absent' };
    const path = side === 'npm' ? name.replace('/', '%2f') : `${name}/`;
    const known = etag?.startsWith(digestMark) === false ? { 'if-none-match': etag } : undefined;
    const headers = { accept: accepted[form], 'accept-encoding': acceptedEncodings, ...known };
    const url = new URL(path, registry.registry.address);
    return await this.ask(
      registry,
      url,
      { headers, via, maxMs: limits.upstreamPageMs, what: name },
      async (answer) => {
        if (answer.status === 304 && known) return { kind: 'unchanged' };
        if (isMissing(answer)) return { kind: 'absent' };
        requireOk(answer);
        const body = await readBody(answer, limits.upstreamPageBytes);
        const found = textOf(answer.headers.etag) ?? digestMark + sha256Hex(body);
        if (found === etag) return { kind: 'unchanged' };
        const [mediaType = ''] = (textOf(answer.headers['content-type']) ?? '').split(';', 1);
        return {
          kind: 'page',
          body,
          etag: found,
          mediaType: mediaType.trim().toLowerCase(),
          address: answer.address,
        };
      },
    );
  }

  override async npmKeys(): Promise<Buffer | undefined> {
    const registry = await this.registries.of('npm');
    if (registry === undefined) return undefined;
    const url = new URL('-/npm/v1/keys', registry.registry.address);
    const headers = { accept: 'application/json', 'accept-encoding': acceptedEncodings };
    const request = { headers, via: '', maxMs: limits.upstreamPageMs, what: url.pathname };
    return await this.ask(registry, url, request, async (answer) =>
      answer.status === 200 ? readBody(answer, limits.jsonBodyBytes) : undefined,
    );
  }

  override async file(
    side: PackageSide,
    name: string,
    address: string,
    { maxBytes, via }: { readonly maxBytes: number; readonly via: string },
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const registry = await this.registries.of(side, name);
    if (registry === undefined) return undefined;
    const url = new URL(address);
    const what = url.pathname.split('/').at(-1) ?? '';
    const headers = { accept: '*/*', 'accept-encoding': 'identity' };
    const request = { headers, via, maxMs: limits.upstreamFileMs, what };
    return await this.ask(registry, url, request, async (answer) => {
      if (isMissing(answer)) return undefined;
      requireOk(answer);
      if (Number(answer.headers['content-length'] ?? 0) > maxBytes)
        throw upstreamFileTooLarge(what, maxBytes);
      return bytesOf(answer, { what, maxBytes });
    });
  }

  override async within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
    const waiting = new AbortController();
    try {
      return await Promise.race([work, delay(ms, undefined, { signal: waiting.signal, ref: false })]);
    } finally {
      waiting.abort();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.clients.values()].map((client) => client.close()));
  }

  /** Asks, and hands the answer to `read`; what fails on the way is `upstream-unreachable`, and told to the log. */
  private async ask<T>(
    registry: UpstreamSide,
    url: URL,
    { headers, via, maxMs, what }: Question,
    read: (answer: HttpAnswer) => Promise<T>,
  ): Promise<T> {
    const { host } = url;
    const path = url.pathname;
    const startedAt = this.options.clock.now();
    const ms = () => this.options.clock.now() - startedAt;
    this.unanswered += 1;
    try {
      if (this.unanswered > mostUnanswered) throw new NoAnswer('too many questions wait for it', false);
      this.reachability.check(host);
      this.fetches += 1;
      const answer = await this.answerOf(registry, url, {
        headers: { ...headers, ...this.signature(via) },
        maxMs,
      });
      this.reachability.isThere(host);
      const { status } = answer;
      // A body that isn't read holds its connection.
      if (status !== 200) answer.body.on('error', () => undefined).resume();
      const result = await read(answer);
      if (this.registries.isOff(registry)) throw new NoAnswer('it is this store itself', false);
      this.options.report('info', { host, path, status, ms: ms() }, 'asked upstream');
      return result;
    } catch (error) {
      const failure = failureOf(host, error);
      if (!(failure instanceof NoAnswer)) throw failure;
      if (failure.isAway) this.reachability.isAway(host, failure);
      this.options.report(
        'warn',
        { host, path, ms: ms(), reason: failure.reason },
        'upstream did not answer',
      );
      if (failure instanceof Refusal) throw upstreamRefuses(what, failure.reason);
      throw upstreamUnreachable(what, failure.reason, limits.upstreamAwayMs / 1000, error);
    } finally {
      this.unanswered -= 1;
    }
  }

  /** A connection that was kept open may have been closed at the other end just now: that is tried once more. */
  private async answerOf(
    registry: UpstreamSide,
    url: URL,
    request: { headers: Record<string, string>; maxMs: number },
  ): Promise<HttpAnswer> {
    const client = this.clients.get(registry) ?? new HttpClient(registry.registry);
    this.clients.set(registry, client);
    try {
      return await client.get(url.href, request);
    } catch (error) {
      if (!isBrokenConnection(error)) throw error;
      return await client.get(url.href, request);
    }
  }

  private signature(via: string): Record<string, string> {
    const own = `1.1 ${this.options.pseudonym}`;
    return { via: via === '' ? own : `${via}, ${own}`, 'user-agent': 'mortise' };
  }
}

interface Question {
  readonly headers: Readonly<Record<string, string>>;
  readonly via: string;
  readonly maxMs: number;
  /** For the sentence that a refusal is. */
  readonly what: string;
}

/** Of a registry without ETags, the digest of the page stands for one: it is fetched again, and not read again. */
const digestMark = 'sha256:';

const isMissing = ({ status }: HttpAnswer): boolean => status === 404 || status === 410;

/** It was asked, and won't give it: asking again is of no use. */
class Refusal extends NoAnswer {}

const refusals: readonly number[] = [401, 403, 451];

function requireOk({ status, address }: HttpAnswer): void {
  if (status === 200) return;
  const reason = `${new URL(address).host} answers ${status}`;
  throw refusals.includes(status) ? new Refusal(reason, false) : new NoAnswer(reason, false);
}

const isBrokenConnection = (error: unknown): boolean =>
  error instanceof NoAnswer && /: (?:UND_ERR_SOCKET|ECONNRESET|EPIPE)$/.test(error.reason);

const textOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' && header.length <= limits.headerBytes ? header : undefined;

/** What is refused as it is, or why there was no answer. */
function failureOf(host: string, error: unknown): Error {
  return error instanceof RegistryError ? error : noAnswerFrom(host, error);
}

async function* bytesOf(
  { body, address }: HttpAnswer,
  { what, maxBytes }: { readonly what: string; readonly maxBytes: number },
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += (chunk as Buffer).length;
      if (bytes > maxBytes) throw upstreamFileTooLarge(what, maxBytes);
      yield chunk as Buffer;
    }
  } catch (error) {
    const failure = failureOf(new URL(address).host, error);
    if (!(failure instanceof NoAnswer)) throw failure;
    throw upstreamUnreachable(what, failure.reason, limits.upstreamAwayMs / 1000, error);
  }
}
