import { readFileSync } from 'node:fs';
import { Client, errors } from '@opensearch-project/opensearch';
import { limits } from '#kernel';
import { searchBusy, searchUnavailable } from '#search';
import { Circuit } from './circuit.js';
import type { OpenSearchLocation } from './opensearch-location.js';

export interface EngineRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
  /** Lines of JSON, for bulk requests and several searches at once. */
  readonly lines?: readonly string[];
  readonly timeoutMs?: number;
}

/** OpenSearch answered that it won't: `type` is its own word, such as `index_not_found_exception`. */
export class EngineRefusal extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    reason: string,
  ) {
    super(`OpenSearch refuses (${status} ${type}): ${reason}`);
  }

  get lacksIndex(): boolean {
    return this.type === 'index_not_found_exception';
  }
}

/**
 * Sends requests to whichever node answers. What finds a node away is tried again on another, a few times, and
 * then `search-unavailable`; after several such in a row, requests are refused at once for a moment, so that they don't
 * pile up. Errors never carry the client's own, which know the credentials.
 */
export class OpenSearchConnection {
  readonly #client: Client;
  #closed: Promise<void> | undefined;
  readonly #circuit = new Circuit(limits.openSearchFailures, limits.openSearchPauseMs);

  constructor(location: OpenSearchLocation) {
    const { addresses, credentials, certificateFile } = location;
    this.#client = new Client({
      nodes: [...addresses],
      ...(credentials === null ? {} : { auth: { ...credentials } }),
      ...(certificateFile === null ? {} : { ssl: { ca: readFileSync(certificateFile, 'utf8') } }),
      maxRetries: 0,
      requestTimeout: limits.openSearchRequestMs,
      agent: { keepAlive: true, maxSockets: limits.openSearchSockets },
    });
  }

  async send<Answer>(request: EngineRequest): Promise<Answer> {
    if (!this.#circuit.lets()) throw searchUnavailable(new Error('OpenSearch did not answer lately.'));
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await this.#sendOnce(request);
        this.#circuit.answered();
        return answer as Answer;
      } catch (error) {
        if (attempt < limits.openSearchRetries && isOfNode(error)) continue;
        throw this.#translate(error);
      }
    }
  }

  /** Once and again: the client itself never answers a second time. */
  close(): Promise<void> {
    this.#closed ??= this.#client.close();
    return this.#closed;
  }

  async #sendOnce({ method, path, query, body, lines, timeoutMs }: EngineRequest): Promise<unknown> {
    const content = lines === undefined ? { body } : { bulkBody: `${lines.join('\n')}\n` };
    const answer = await this.#client.transport.request(
      { method, path, ...content, ...(query && { querystring: { ...query } }) },
      timeoutMs === undefined ? {} : { requestTimeout: timeoutMs },
    );
    return answer.body;
  }

  #translate(error: unknown): Error {
    if (!(error instanceof errors.ResponseError)) {
      this.#circuit.failed();
      const { name, message } = error as Error;
      return searchUnavailable(new Error(`${name}: ${message}`));
    }
    const status = error.statusCode;
    const { type, reason } = faultOf(error.body);
    if (status === 429) {
      this.#circuit.answered();
      return searchBusy();
    }
    if (status >= 502 && status <= 504) {
      this.#circuit.failed();
      return searchUnavailable(new EngineRefusal(status, type, reason));
    }
    this.#circuit.answered();
    return new EngineRefusal(status, type, reason);
  }
}

/** Whether another node may do better. What takes too long is not asked again: it would only make it longer. */
function isOfNode(error: unknown): boolean {
  if (error instanceof errors.ConnectionError) return true;
  return error instanceof errors.ResponseError && error.statusCode >= 502 && error.statusCode <= 504;
}

function faultOf(body: unknown): { type: string; reason: string } {
  const fault = (body as { error?: { type?: string; reason?: string } } | null)?.error;
  return { type: fault?.type ?? 'unknown', reason: fault?.reason ?? '' };
}
