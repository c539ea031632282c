import { clientLimits } from './client-limits.js';
import type { BodyToSend, NoInput, OperationRoute } from './operation-route.js';
import { problemOf, readBytes, readJson } from './read-answer.js';
import type { IncomingAnswer, OutgoingRequest } from './send-once.js';
import { sendWithRetries } from './send-with-retries.js';
import { storeOperations } from './store-operations-data.js';
import type { StoreOperations } from './store-operations-data.js';
import { StoreProblem } from './store-problem.js';

/** A call, by the `operationId` that the contract gives it: `getPlugin`. */
export type OperationName = keyof StoreOperations;
/** What a call takes: the parameters of its path and query side by side, and its body as `body`. */
export type InputOf<Name extends OperationName> = StoreOperations[Name]['input'];
/** What a call that goes well answers: its JSON, bytes where it is anything else, or undefined where there is no body. */
export type AnswerOf<Name extends OperationName> = StoreOperations[Name]['answer'];

export interface StoreClientOptions {
  /** Of the store, such as `http://127.0.0.1:8080`; a path is kept, a slash at its end is not. */
  readonly address: string;
  /** A session, a token or a host key; without one the caller is nobody. */
  readonly credential?: string;
  /** Who asks, such as `mortise/0.1.0`. */
  readonly userAgent?: string;
  /** The refusal where the store does not take the credential, of whoever knows what it is and where it lies. */
  readonly refusedCredential?: Pick<StoreProblem, 'code' | 'detail'>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Of what the caller has: the answer is then `undefined`, with status 304, where that still holds. */
  readonly etag?: string;
  /** How long the store may take until its answer is wanted, in seconds, where it answers with a job else (`Prefer`). */
  readonly waitSeconds?: number;
  /** The caller knows that the same again has no further effect, so that it may be sent again after no answer. */
  readonly isRepeatable?: boolean;
}

/** What came, with what its headers say. */
export interface Answered<Body> {
  readonly status: number;
  readonly etag: string | undefined;
  readonly location: string | undefined;
  readonly body: Body;
}

/** Bytes on their way. `body` has to be read to its end, or `cancel` called. */
export type Download = Pick<IncomingAnswer, 'body' | 'cancel'> & {
  /** In bytes, where the store says it. */
  readonly length: number | undefined;
};

type Arguments<Name extends OperationName> =
  NoInput extends InputOf<Name>
    ? [input?: InputOf<Name>, options?: CallOptions]
    : [input: InputOf<Name>, options?: CallOptions];

const repeatableMethods = ['GET', 'HEAD', 'PUT', 'DELETE'];

/**
 * The store, as the contract has it: every call by its operation's name, with its parameters side by side and its body
 * as `body`. A refusal is thrown as StoreProblem, no answer as StoreUnreachable, an abort as the signal's own reason.
 * Waits, attempts and what is kept in memory are bounded (`clientLimits`). The credential goes to the store alone.
 */
export class StoreClient {
  /** Without a slash at its end. */
  readonly address: string;

  /** What it shows, for the tools that are sent to the store's other doors; undefined where it is nobody. */
  readonly credential: string | undefined;

  constructor(private readonly options: StoreClientOptions) {
    this.credential = options.credential;
    this.address = options.address.replace(/\/+$/, '');
  }

  /** The body of the answer. */
  async call<Name extends OperationName>(name: Name, ...rest: Arguments<Name>): Promise<AnswerOf<Name>> {
    return (await this.ask(name, ...rest)).body;
  }

  /** As `call`, with the status and what the headers say; the body is `undefined` after 304. */
  async ask<Name extends OperationName>(
    name: Name,
    ...[input, options = {}]: Arguments<Name>
  ): Promise<Answered<AnswerOf<Name> | undefined>> {
    const route = storeOperations[name];
    const request = this.requestOf(route, input ?? {}, options);
    const isRepeatable = options.isRepeatable ?? repeatableMethods.includes(route.method);
    const answer = await sendWithRetries(request, isRepeatable);
    const { status, headers } = answer;
    if (status !== 304 && (status < 200 || status >= 300)) throw await this.problemOf(answer);
    return {
      status,
      etag: headers.get('etag') ?? undefined,
      location: headers.get('location') ?? undefined,
      body: (await bodyOf(answer, route)) as AnswerOf<Name> | undefined,
    };
  }

  /** All pages of a list, item by item. */
  async *list<Name extends ListName>(
    name: Name,
    input: InputOf<Name>,
    options: CallOptions = {},
  ): AsyncIterable<ItemOf<Name>> {
    let cursor: string | null = null;
    for (let page = 0; page < clientLimits.pages; page++) {
      const asked = { ...input, ...(cursor !== null && { cursor }) } as InputOf<Name>;
      const body = (await this.call(
        name,
        ...([asked, options] as unknown as Arguments<Name>),
      )) as unknown as ListBody;
      yield* body.items as ItemOf<Name>[];
      cursor = body.next;
      if (cursor === null) return;
    }
  }

  /** As `download`, by the operation's name: the bytes of an artifact, say, wherever the store says that it is. */
  async open<Name extends BytesName>(
    name: Name,
    input: InputOf<Name>,
    options: Pick<CallOptions, 'signal'> = {},
  ): Promise<Download> {
    return await this.openDownload(this.requestOf(storeOperations[name], input, options));
  }

  /**
   * The bytes at an address that the store gave (an artifact, a descriptor, a file of a front end), whatever their
   * number. Throws StoreProblem `address-elsewhere` for one that is not below the store's own.
   */
  async download(address: string, options: Pick<CallOptions, 'signal'> = {}): Promise<Download> {
    const url = this.ownAddress(address);
    return await this.openDownload({ method: 'GET', url, headers: this.headers({}), ...signalOf(options) });
  }

  private async openDownload(request: OutgoingRequest): Promise<Download> {
    const answer = await sendWithRetries(request, true);
    if (answer.status !== 200) throw await this.problemOf(answer);
    // Where the bytes were packed on the way, the length is not theirs.
    const length = answer.headers.has('content-encoding') ? null : answer.headers.get('content-length');
    return { body: answer.body, cancel: answer.cancel, length: length === null ? undefined : Number(length) };
  }

  private async problemOf(answer: IncomingAnswer): Promise<StoreProblem> {
    const problem = await problemOf(answer);
    const { refusedCredential: refusal } = this.options;
    return problem.code === 'bad-credential' && refusal !== undefined
      ? problem.inOtherWords(refusal.detail, refusal.code)
      : problem;
  }

  private ownAddress(address: string): URL {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url && `${url.origin}${url.pathname}`.startsWith(`${this.address}/`)) return url;
    throw new StoreProblem({
      status: 0,
      code: 'address-elsewhere',
      detail: `${address} is not an address of the store ${this.address}: nothing is fetched from elsewhere.`,
    });
  }

  private requestOf(
    route: OperationRoute,
    input: Readonly<Record<string, unknown>>,
    options: CallOptions,
  ): OutgoingRequest {
    const body = bodyToSend(route, input['body']);
    const waitMs = (options.waitSeconds ?? 0) * 1000;
    return {
      method: route.method,
      url: new URL(`${this.address}${addressOf(route, input)}`),
      headers: this.headers({
        ...(typeof body === 'string' && { 'content-type': route.sends }),
        ...(options.etag !== undefined && { 'if-none-match': options.etag }),
        ...(options.waitSeconds !== undefined && { prefer: `wait=${String(options.waitSeconds)}` }),
      }),
      ...(body !== undefined && { body }),
      answerMs: clientLimits.answerMs + waitMs,
      ...signalOf(options),
    };
  }

  private headers(others: Readonly<Record<string, string>>): Record<string, string> {
    const { credential, userAgent = 'mortise-client' } = this.options;
    return {
      accept: 'application/json, application/problem+json, */*;q=0.5',
      'user-agent': userAgent,
      ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
      ...others,
    };
  }
}

/** The calls that answer bytes. */
export type BytesName = {
  [Name in OperationName]: AnswerOf<Name> extends Uint8Array ? Name : never;
}[OperationName];

const signalOf = ({ signal }: { readonly signal?: AbortSignal }): { signal?: AbortSignal } =>
  signal === undefined ? {} : { signal };

interface ListBody {
  readonly items: readonly unknown[];
  readonly next: string | null;
}

/** The calls that answer a page of items and take a cursor. */
export type ListName = {
  [Name in OperationName]: StoreOperations[Name] extends {
    readonly input: { readonly cursor?: string };
    readonly answer: ListBody;
  }
    ? Name
    : never;
}[OperationName];

export type ItemOf<Name extends ListName> = AnswerOf<Name>['items'][number];

/** Path and query. A parameter of the path is one segment, whatever is in it. */
function addressOf(route: OperationRoute, input: Readonly<Record<string, unknown>>): string {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => segment(input[name]));
  const query = new URLSearchParams();
  for (const name of route.query) {
    for (const value of [input[name]].flat()) {
      if (value !== undefined && value !== null) query.append(name, value as string);
    }
  }
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** Dots alone would be taken for steps between folders, by `URL` itself: such a name is nowhere. */
const segment = (value: unknown): string => {
  const text = encodeURIComponent(value as string);
  return /^\.{1,2}$/.test(text) ? text.replaceAll('.', '%252E') : text;
};

function bodyToSend(route: OperationRoute, body: unknown): string | BodyToSend | undefined {
  if (body === undefined || route.sends === 'none') return undefined;
  if (route.sends === 'stream') return body as BodyToSend;
  if (route.sends === 'application/json') return JSON.stringify(body);
  return new URLSearchParams(body as Record<string, string>).toString();
}

async function bodyOf(answer: IncomingAnswer, route: OperationRoute): Promise<unknown> {
  if (answer.status === 304 || answer.status === 204 || route.answers === 'none') {
    await answer.cancel();
    return undefined;
  }
  return route.answers === 'json' ? await readJson(answer) : await readBytes(answer);
}
