import type { BodyToSend } from './operation-route.js';
import { clientLimits } from './client-limits.js';
import { Patience } from './patience.js';
import { StoreUnreachable } from './store-unreachable.js';

export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | BodyToSend;
  readonly signal?: AbortSignal;
  /** Until the first byte of the answer; as `clientLimits.answerMs` unless said. */
  readonly answerMs?: number;
}

export interface IncomingAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The address elsewhere that it was sent on to, where no credential goes; undefined where it answered itself. */
  readonly movedTo: string | undefined;
  /** Ends with StoreUnreachable when it stops coming. To be read, or cancelled. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly cancel: () => Promise<void>;
}

/**
 * One attempt. Redirects are followed only where nothing is sent, so that no body goes where nobody meant it to.
 * Throws StoreUnreachable where nothing answers in time; the caller's own abort is thrown as it is.
 */
export async function sendOnce(request: OutgoingRequest): Promise<IncomingAnswer> {
  const patience = new Patience(request.signal);
  const answerMs = request.answerMs ?? clientLimits.answerMs;
  patience.allow(answerMs);
  let response: Response;
  try {
    response = await fetch(request.url, fetchOptions(request, patience, answerMs));
  } catch (error) {
    patience.end();
    request.signal?.throwIfAborted();
    throw new StoreUnreachable(request.url.origin, reasonOf(error), { cause: error });
  }
  const body = read(response, patience, request);
  return {
    status: response.status,
    headers: response.headers,
    movedTo:
      response.redirected && new URL(response.url).origin !== request.url.origin ? response.url : undefined,
    body,
    cancel: async () => {
      patience.end();
      await response.body?.cancel().catch(() => undefined);
    },
  };
}

function fetchOptions(request: OutgoingRequest, patience: Patience, answerMs: number): RequestInit {
  const { method, headers, body } = request;
  const reads = method === 'GET' || method === 'HEAD';
  const options: RequestInit = {
    method,
    headers: { ...headers },
    redirect: reads ? 'follow' : 'manual',
    signal: patience.signal,
  };
  if (typeof body === 'string') return { ...options, body };
  if (body === undefined) return options;
  const stream = ReadableStream.from(withPatience(body, patience, answerMs)) as NonNullable<
    RequestInit['body']
  >;
  return {
    ...options,
    headers: { ...headers, 'content-type': body.contentType, 'content-length': String(body.length) },
    body: stream,
    duplex: 'half',
  };
}

async function* withPatience(
  body: BodyToSend,
  patience: Patience,
  answerMs: number,
): AsyncIterable<Uint8Array> {
  for await (const chunk of body.open()) {
    patience.allow(clientLimits.silenceMs);
    yield chunk;
  }
  patience.allow(answerMs);
}

async function* read(
  response: Response,
  patience: Patience,
  { url, signal }: OutgoingRequest,
): AsyncIterable<Uint8Array> {
  patience.allow(clientLimits.silenceMs);
  try {
    for await (const chunk of response.body ?? []) {
      patience.allow(clientLimits.silenceMs);
      yield chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw new StoreUnreachable(url.origin, `its answer broke off (${reasonOf(error)})`, { cause: error });
  } finally {
    patience.end();
  }
}

const untrusted =
  'its certificate is of an authority that is not trusted; NODE_EXTRA_CA_CERTS names a file of those to trust';

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no machine of that name',
  EAI_AGAIN: 'its name can’t be looked up now',
  ECONNRESET: 'it broke the connection off',
  UND_ERR_SOCKET: 'it broke the connection off',
  UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is self-signed; NODE_EXTRA_CA_CERTS names a file of those to trust',
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: 'its certificate has expired, or this machine’s clock is wrong',
  CERT_NOT_YET_VALID: 'its certificate does not hold yet, or this machine’s clock is wrong',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS; its address may begin with http://',
  HPE_INVALID_CONSTANT: 'what answers there does not speak HTTP; its address may begin with https://',
};

/** What fetch hides in the cause of its "fetch failed", in words. */
function reasonOf(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : '';
    const word = words[code];
    if (word !== undefined) return word;
    if (code !== '' || at.cause === undefined) return at.message === '' ? code : at.message;
  }
  return String(error);
}
