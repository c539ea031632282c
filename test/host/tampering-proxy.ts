import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of an answer's body; a number is the status of a refusal, undefined leaves it. `path` has its query. */
export type Tamper = (path: string, body: Buffer, method: string) => Buffer | 'cut' | number | undefined;

/** Stands between a host and its store, and changes what the store says. */
export class TamperingProxy {
  tamper: Tamper = () => undefined;
  /** Requests that came through, as `METHOD path`. */
  readonly seen: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  static async start(store: string): Promise<TamperingProxy> {
    const server = createServer((request, response) => {
      void proxy.forward(store, request, response).catch(() => response.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const proxy = new TamperingProxy(server, `http://127.0.0.1:${port}`);
    return proxy;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async forward(store: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/' } = request;
    this.seen.push(`${method} ${path}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const {
      host: _host,
      connection: _connection,
      'accept-encoding': _encoding,
      ...headers
    } = request.headers;
    const answer = await fetch(`${store}${path}`, {
      method,
      headers: { ...(headers as Record<string, string>), 'accept-encoding': 'identity' },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    const changed = this.tamper(path, body, method);
    const kept = [...answer.headers].filter(
      ([name]) => !['content-length', 'transfer-encoding', 'connection', 'content-encoding'].includes(name),
    );
    if (typeof changed === 'number') {
      response.writeHead(changed, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ status: changed, code: 'tampered', detail: 'It failed.' }));
      return;
    }
    if (changed === 'cut') {
      response.writeHead(answer.status, { ...Object.fromEntries(kept), 'content-length': body.length });
      response.write(body.subarray(0, body.length >> 1), () => response.destroy());
      return;
    }
    const sent = changed ?? body;
    const length = answer.status === 204 || answer.status === 304 ? {} : { 'content-length': sent.length };
    response.writeHead(answer.status, { ...Object.fromEntries(kept), ...length });
    response.end(sent);
  }
}
