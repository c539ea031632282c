import { Agent, request } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { BackendAddress } from '../runners/runner.js';
import type { AgentLimits } from './agent-limits.js';

type ConnectionLimits = Pick<
  AgentLimits,
  'requestsPerBackend' | 'idleConnectionsPerBackend' | 'idleConnectionMs'
>;

interface Question {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly timeoutMs: number;
  readonly mostBytes: number;
  readonly signal?: AbortSignal;
}

export interface BackendAnswer {
  readonly status: number;
  readonly text: string;
}

/** HTTP to one running back end, over connections that are kept. */
export class BackendConnection {
  private readonly pool: Agent;

  constructor(
    private readonly address: BackendAddress,
    limits: ConnectionLimits,
  ) {
    this.pool = new Agent({
      keepAlive: true,
      maxSockets: limits.requestsPerBackend,
      maxFreeSockets: limits.idleConnectionsPerBackend,
      timeout: limits.idleConnectionMs,
    });
  }

  /** A request that the caller writes and reads. Upgrades leave the pool by themselves. */
  open(options: Pick<RequestOptions, 'method' | 'path' | 'headers'>): ClientRequest {
    return request({ ...options, socketPath: this.address.socketPath, agent: this.pool, setHost: false });
  }

  /**
   * One question of the agent's own, and the answer whole. Throws when none comes within `timeoutMs`, or one that is
   * larger than `mostBytes`.
   */
  async ask({
    method = 'GET',
    path,
    headers: own = {},
    body,
    timeoutMs,
    mostBytes,
    signal,
  }: Question): Promise<BackendAnswer> {
    const ends = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...own,
      host: 'localhost',
      accept: 'application/json',
      ...(sent === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
    };
    const asked = request({
      socketPath: this.address.socketPath,
      agent: this.pool,
      setHost: false,
      method,
      path,
      headers,
      signal: ends,
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      asked.once('response', resolve);
      asked.once('error', reject);
    });
    asked.end(sent);
    const answer = await answered;
    return { status: answer.statusCode ?? 0, text: await textOf(answer, mostBytes) };
  }

  /** Ends the idle connections; those in use end with their requests. */
  close(): void {
    this.pool.destroy();
  }
}

async function textOf(answer: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`The back end answered with more than ${mostBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
