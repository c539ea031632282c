import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { multipartBody } from './multipart-body.js';
import { publishRelease } from './publish-release.js';
import { StoreClient } from './store-client.js';
import { StoreProblem } from './store-problem.js';
import { StoreUnreachable } from './store-unreachable.js';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const servers: Server[] = [];

/** A server that answers each request with the next of the handlers, the last for all that follow. */
async function answering(...handlers: Handler[]): Promise<{ address: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const handler = handlers[Math.min(seen.length, handlers.length - 1)]!;
      seen.push({ method: request.method, url: request.url, headers: request.headers, body });
      handler(request, response, body);
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

const problem = (status: number, code: string, headers: Record<string, string> = {}): Handler =>
  json(
    { type: 'about:blank', title: 'x', status, code, detail: 'Do that.', request_id: 'r1' },
    status,
    headers,
  );

const breakOff: Handler = (request) => request.socket.destroy();

const failure = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the client of the store', () => {
  it('asks with parameters, credential and its name, and answers with the body', async () => {
    const { address, seen } = await answering(json({ items: [], next: null, total: 0 }));
    const store = new StoreClient({
      address: `${address}/`,
      credential: 'mrt_pat_x',
      userAgent: 'mortise/1',
    });
    const found = await store.call('searchPlugins', { q: 'a b&c', tag: ['x', 'y/z'] });
    expect(found.total).toBe(0);
    expect(seen[0]?.url).toBe('/api/v1/plugins?tag=x&tag=y%2Fz&q=a+b%26c');
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer mrt_pat_x', 'user-agent': 'mortise/1' });
  });

  it('keeps a parameter of the path within its segment, whatever it is', async () => {
    const { address, seen } = await answering(json({}));
    const store = new StoreClient({ address });
    await store.call('getPlugin', { publisher: '..', plugin: '../x?y#z' });
    expect(seen[0]?.url).toBe('/api/v1/plugins/%252E%252E/..%2Fx%3Fy%23z');
  });

  it('throws a refusal with its code, sentence, status and problems', async () => {
    const problems = [{ code: 'unknown-key', message: 'No.', line: 2, column: 1 }];
    const { address } = await answering(
      json(
        { status: 400, code: 'invalid-descriptor', detail: 'See problems.', request_id: 'r', problems },
        400,
      ),
    );
    const error = await failure(new StoreClient({ address }).call('accountMe'));
    expect(error).toBeInstanceOf(StoreProblem);
    expect(error).toMatchObject({
      code: 'invalid-descriptor',
      status: 400,
      message: 'See problems.',
      problems,
    });
  });

  it('says so when what answers is no store', async () => {
    const { address } = await answering((_, response) => response.writeHead(404).end('<html>'));
    expect(await failure(new StoreClient({ address }).call('accountMe'))).toMatchObject({
      code: 'unexpected-answer',
      status: 404,
    });
  });

  it('says which address can’t be reached, and why', async () => {
    const error = await failure(
      new StoreClient({ address: 'http://127.0.0.1:1' }).call('sessionBegin', {
        body: { username: 'a', password: 'b' },
      }),
    );
    expect(error).toBeInstanceOf(StoreUnreachable);
    expect((error as Error).message).toMatch(/127\.0\.0\.1:1 can't be reached: /);
  });

  it('repeats a read after a broken connection and a passing refusal', async () => {
    const { address, seen } = await answering(
      breakOff,
      problem(503, 'busy', { 'retry-after': '0' }),
      json({ ok: 1 }),
    );
    expect(await new StoreClient({ address }).call('accountMe')).toEqual({ ok: 1 });
    expect(seen).toHaveLength(3);
  });

  it('never repeats a write after a broken connection, and does after 503 with Retry-After', async () => {
    const broken = await answering(breakOff);
    const body = { name: 'x', scopes: ['publish' as const] };
    expect(await failure(new StoreClient(broken).call('tokenMint', { body }))).toBeInstanceOf(
      StoreUnreachable,
    );
    expect(broken.seen).toHaveLength(1);
    const busy = await answering(problem(503, 'busy', { 'retry-after': '0' }), json({ id: 'a' }, 201));
    expect(await new StoreClient(busy).call('tokenMint', { body })).toEqual({ id: 'a' });
  });

  it('never repeats a write after a proxy’s 502 or 504, whatever it says of later', async () => {
    for (const status of [502, 504]) {
      const { address, seen } = await answering(problem(status, 'away', { 'retry-after': '0' }));
      const body = { name: 'x', scopes: ['publish' as const] };
      expect(await failure(new StoreClient({ address }).call('tokenMint', { body }))).toMatchObject({
        status,
      });
      expect(seen).toHaveLength(1);
    }
  });

  it('leaves a long Retry-After to the caller', async () => {
    const { address, seen } = await answering(problem(429, 'too-many-attempts', { 'retry-after': '3600' }));
    expect(await failure(new StoreClient({ address }).call('accountMe'))).toMatchObject({
      code: 'too-many-attempts',
      retryAfterMs: 3_600_000,
    });
    expect(seen).toHaveLength(1);
  });

  it('gives up after a bounded number of attempts', async () => {
    const { address, seen } = await answering(problem(503, 'busy', { 'retry-after': '0' }));
    expect(await failure(new StoreClient({ address }).call('accountMe'))).toMatchObject({ code: 'busy' });
    expect(seen).toHaveLength(4);
  });

  it('streams a form, and sends all of it again on another attempt', async () => {
    const { address, seen } = await answering(breakOff, json({ id: 'a/b' }, 201));
    const parts = [
      {
        name: 'descriptor',
        filename: 'plugin.yaml',
        length: 3,
        open: async function* () {
          yield Buffer.from('a: ');
        },
      },
      {
        name: 'artifact',
        filename: 'ä "q".whl',
        length: 4,
        open: async function* () {
          yield Buffer.from('PK');
          yield Buffer.from('xy');
        },
      },
    ];
    const told: number[] = [];
    const body = multipartBody(parts, (bytes) => told.push(bytes));
    const { status } = await new StoreClient({ address }).ask(
      'publishRelease',
      { publisher: 'a', body },
      { isRepeatable: true },
    );
    expect(status).toBe(201);
    expect(seen[1]?.headers['content-length']).toBe(String(Buffer.byteLength(seen[1]?.body ?? '')));
    expect(seen[1]?.body).toContain('name="artifact"; filename="ä %22q%22.whl"');
    expect(seen[1]?.body).toContain('\r\n\r\nPKxy\r\n');
    expect(told.slice(-3)).toEqual([3, 5, 7]);
  });

  it('answers 304 with no body where what the caller has still holds', async () => {
    const { address, seen } = await answering((_, response) =>
      response.writeHead(304, { etag: '"1"' }).end(),
    );
    const answer = await new StoreClient({ address }).ask('installationsList', {}, { etag: '"1"' });
    expect(answer).toEqual({ status: 304, etag: '"1"', location: undefined, body: undefined });
    expect(seen[0]?.headers['if-none-match']).toBe('"1"');
  });

  it('reads all pages of a list', async () => {
    const { address, seen } = await answering(
      json({ items: [{ id: 1 }], next: 'c 2' }),
      json({ items: [{ id: 2 }], next: null }),
    );
    const items: unknown[] = [];
    for await (const item of new StoreClient({ address }).list('tokenList', {})) items.push(item);
    expect(items).toEqual([{ id: 1 }, { id: 2 }]);
    expect(seen[1]?.url).toBe('/api/v1/tokens?cursor=c+2');
  });

  it('downloads from the store only', async () => {
    const { address, seen } = await answering((_, response) =>
      response.writeHead(200, { 'content-length': '2' }).end('ab'),
    );
    const store = new StoreClient({ address, credential: 'mrt_host_x' });
    const { body, length } = await store.download(`${address}/api/v1/artifacts/x/y`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    expect([Buffer.concat(chunks).toString(), length]).toEqual(['ab', 2]);
    for (const elsewhere of ['http://127.0.0.1:1/x', `${address}.example.org/x`, `${address}@example.org/x`])
      expect(await failure(store.download(elsewhere))).toMatchObject({ code: 'address-elsewhere' });
    expect(seen).toHaveLength(1);
  });

  it('does not follow a write to another address', async () => {
    const { address } = await answering((_, response) =>
      response.writeHead(308, { location: 'https://x.example/' }).end(),
    );
    expect(await failure(new StoreClient({ address }).call('tokenRevoke', { id: 'x' }))).toMatchObject({
      code: 'moved',
      message: expect.stringContaining('https://x.example/'),
    });
  });

  it('says of a read that was sent on without its credential where it went', async () => {
    const elsewhere = await answering(problem(401, 'unauthenticated'));
    const { address } = await answering((request, response) =>
      response.writeHead(301, { location: `${elsewhere.address}${request.url}` }).end(),
    );
    const store = new StoreClient({ address, credential: 'mrt_host_x' });
    expect(await failure(store.call('accountMe'))).toMatchObject({
      code: 'moved',
      message: expect.stringContaining(elsewhere.address),
    });
    expect(elsewhere.seen[0]?.headers.authorization).toBeUndefined();
  });

  it('stops when the caller does, with the caller’s reason', async () => {
    const { address } = await answering(() => undefined);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 50);
    expect(
      await failure(new StoreClient({ address }).call('accountMe', {}, { signal: stop.signal })),
    ).toMatchObject({ message: 'enough' });
  });
});

describe('publishing', () => {
  const parts = [
    {
      name: 'descriptor',
      filename: 'plugin.yaml',
      length: 1,
      open: async function* () {
        yield Buffer.from('a');
      },
    },
  ];
  const job = (state: string, more: object = {}) => ({
    id: 'j1',
    state,
    release: null,
    problem: null,
    ...more,
  });

  it('tells what became of it by the status', async () => {
    const { address, seen } = await answering(json({ id: 'a/b' }, 201), json({ id: 'a/b' }, 200));
    const store = new StoreClient({ address });
    expect(await publishRelease(store, { publisher: 'a', parts })).toMatchObject({ outcome: 'published' });
    expect(await publishRelease(store, { publisher: 'a', parts })).toMatchObject({ outcome: 'unchanged' });
    const checked = await publishRelease(store, { publisher: 'a', parts, dryRun: true });
    expect([checked.outcome, seen[2]?.url]).toEqual([
      'checked',
      '/api/v1/publishers/a/releases?dry_run=true',
    ]);
  });

  it('follows the job that it became to its release', async () => {
    const done = json(job('done', { release: { id: 'a/b' } }));
    const { address, seen } = await answering(json(job('queued'), 202), json(job('running')), done);
    const states: string[] = [];
    const store = new StoreClient({ address });
    const followed = ({ state }: { state: string }): number => states.push(state);
    expect(await publishRelease(store, { publisher: 'a', parts, followed })).toEqual({
      outcome: 'published',
      release: { id: 'a/b' },
    });
    expect([states, seen[1]?.url]).toEqual([['queued', 'running', 'done'], '/api/v1/jobs/j1']);
  });

  it('throws what the job ended with', async () => {
    const failed = job('failed', {
      problem: { status: 422, code: 'package-not-found', detail: 'No.', problems: [] },
    });
    const { address } = await answering(json(job('queued'), 202), json(failed));
    const error = await failure(publishRelease(new StoreClient({ address }), { publisher: 'a', parts }));
    expect(error).toMatchObject({
      name: 'StoreProblem',
      status: 422,
      code: 'package-not-found',
      message: 'No.',
    });
  });
});
