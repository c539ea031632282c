import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { limits } from '#kernel';
import { eventually } from '#testing';
import { InFlight } from '../apps/registry/src/platform/server/in-flight.js';
import { Readiness } from '../apps/registry/src/platform/server/readiness.js';
import { startStore } from './start-store.js';
import type { RunningStore } from './start-store.js';

const problemType = 'application/problem+json; charset=utf-8';

describe('every request', () => {
  let store: RunningStore;
  let port: number;

  beforeAll(async () => {
    store = await startStore({ MORTISE_REQUESTS_IN_FLIGHT: '8' });
    await store.app.listen(0, '127.0.0.1');
    port = (store.server.address() as AddressInfo).port;
    // A first index on OpenSearch takes a moment.
    await eventually(async () => (await store.app.get(Readiness).ask())['search-index'] === null);
  });
  afterAll(() => store.close());

  /** What the server says to bytes that are no proper request; up to `end`, where it keeps the connection. */
  async function raw(bytes: string, end?: string): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
      if (end !== undefined && answer.includes(end)) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.write(bytes);
    await once(socket, 'close');
    return answer;
  }

  const beginning = (path: string): string =>
    `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n`;

  it('keeps the id that its caller gave it, and gets one where that could not be logged', async () => {
    const given = await request(store.server).get('/nowhere').set('x-request-id', 'build-17.a');
    expect(given.headers['x-request-id']).toBe('build-17.a');
    expect(given.body).toMatchObject({ request_id: 'build-17.a' });
    for (const id of ['', 'a b', '{"a":1}', 'x'.repeat(65)]) {
      const { headers } = await request(store.server).get('/health/live').set('x-request-id', id);
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('is answered with headers that keep browsers from guessing, framing and telling', async () => {
    for (const path of ['/', '/docs', '/api/v1/plugins', '/nowhere', '/health/live']) {
      const { headers } = await request(store.server).get(path);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('set-cookie');
    }
  });

  it('may be a reading page of any origin, and nothing else of another origin', async () => {
    const read = await request(store.server)
      .get('/api/v1/plugins')
      .set('origin', 'https://elsewhere.example');
    expect(read.headers['access-control-allow-origin']).toBe('*');
    expect(read.headers).not.toHaveProperty('access-control-allow-credentials');
    const preflight = await request(store.server)
      .options('/api/v1/tokens')
      .set('origin', 'https://elsewhere.example')
      .set('access-control-request-method', 'POST');
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-methods']).toBe('GET, HEAD');
    const written = await request(store.server).post('/api/v1/tokens').send({});
    expect(written.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('is told which methods an address takes', async () => {
    const options = await request(store.server).options('/api/v1/plugins/acme/tool');
    expect(options.headers['allow']).toBe('GET, HEAD, OPTIONS');
    const wrong = await request(store.server).delete('/api/v1/plugins/acme/tool');
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } });
    expect(wrong.headers['allow']).toBe('GET, HEAD, OPTIONS');
    const oauth = await request(store.server).get('/oauth/introspect');
    expect(oauth).toMatchObject({
      status: 405,
      body: { code: 'method-not-allowed', error: 'invalid_request' },
    });
    expect(oauth.headers['allow']).toBe('OPTIONS, POST');
    expect((await request(store.server).options('/nowhere')).status).toBe(404);
  });

  it('may ask by HEAD whatever it may ask by GET', async () => {
    const got = await request(store.server).get('/api/v1/plugins');
    const head = await request(store.server).head('/api/v1/plugins');
    expect(head.status).toBe(200);
    expect(head.headers['etag']).toBe(got.headers['etag']);
    expect(head.text).toBeFalsy();
  });

  it.each([
    ['/%zz', 400, 'malformed-request'],
    [`/api/v1/plugins/${'a'.repeat(2000)}/b`, 414, 'address-too-long'],
    ['/nowhere', 404, 'route-not-found'],
    ['/api/v1/plugins?limti=1', 400, 'unknown-parameter'],
  ])('gets a problem document where it makes no sense: %s', async (path, status, code) => {
    const answer = await request(store.server).get(path);
    expect(answer.headers['content-type']).toBe(problemType);
    expect(answer).toMatchObject({ status, body: { status, code } });
  });

  it.each([
    ['nonsense\r\n\r\n', 'HTTP/1.1 400 ', 'malformed-request'],
    [`GET / HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`, 'HTTP/1.1 431 ', 'headers-too-large'],
  ])('gets a problem document even where it is no HTTP', async (bytes, status, code) => {
    const answer = await raw(bytes);
    expect(answer.startsWith(status)).toBe(true);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('has a limited time to arrive', () => {
    const server = store.server;
    expect(server.headersTimeout).toBe(limits.headersMs);
    expect(server.requestTimeout).toBe(limits.requestMs);
  });

  it('by somebody who may not send it is refused before its body is there', async () => {
    const answer = raw(`${beginning('/api/v1/hosts')}{`, '"status":401');
    expect((await answer).startsWith('HTTP/1.1 401 ')).toBe(true);
  });

  it('whose body trickles into memory is refused, and its connection closed', async () => {
    const trickling = setInterval(() => socket.write(' '), 500);
    const socket = connect(port, '127.0.0.1');
    socket.write(beginning('/api/v1/sessions'));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString())).on('error', () => undefined);
    await once(socket, 'close');
    clearInterval(trickling);
    expect(answer.startsWith('HTTP/1.1 408 ')).toBe(true);
    expect(answer).toContain('"code":"request-timeout"');
    expect(store.app.get(InFlight).of('requests').count).toBe(0);
  });

  it('is turned away with 503 and Retry-After while too many others are under way, and let in after', async () => {
    const places = store.app.get(InFlight).of('requests');
    for (let at = 0; at < 8; at += 1) places.enter(8);
    const refused = await request(store.server).get('/api/v1/plugins');
    expect(refused).toMatchObject({ status: 503, body: { code: 'overloaded' } });
    expect(refused.headers['retry-after']).toBe('1');
    for (let at = 0; at < 8; at += 1) places.leave();
    expect((await request(store.server).get('/api/v1/plugins')).status).toBe(200);
    expect(places.count).toBe(0);
  });

  it('by a stranger takes none of the places among the costly ones', async () => {
    const places = store.app.get(InFlight).of('publishes');
    for (let at = 0; at < limits.publishesAtOnce; at += 1) places.enter(limits.publishesAtOnce);
    try {
      const refused = await request(store.server).post('/api/v1/publishers/acme/releases');
      expect(refused).toMatchObject({ status: 401, body: { code: 'credential-needed' } });
    } finally {
      for (let at = 0; at < limits.publishesAtOnce; at += 1) places.leave();
    }
  });

  it('is read away once it is refused, but not without end', async () => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString())).on('error', () => undefined);
    socket.write(
      'POST /api/v1/hosts HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(2 ** 20, ' '), Buffer.from('\r\n')]);
    let sent = 0;
    while (!socket.destroyed && sent < 2 * limits.publishBytes) {
      if (!socket.write(chunk)) await new Promise<void>((go) => socket.once('drain', go).once('close', go));
      sent += chunk.length;
    }
    expect(answer.startsWith('HTTP/1.1 401 ')).toBe(true);
    expect(sent).toBeGreaterThan(limits.publishBytes);
    expect(socket.destroyed).toBe(true);
  });

  it('gives its place back when its caller hangs up before the answer', async () => {
    const places = store.app.get(InFlight).of('requests');
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /api/v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n');
    socket.write('content-length: 99\r\n\r\n{');
    await eventually(() => places.count === 1);
    socket.destroy();
    await eventually(() => places.count === 0);
  });

  it('learns what is waited for while the store is not ready', async () => {
    const readiness = store.app.get(Readiness);
    expect((await request(store.server).get('/health/ready')).body).toEqual({ status: 'ready' });
    readiness.add('a-test', () => 'It waits for the test.');
    const waiting = await request(store.server).get('/health/ready');
    expect(waiting).toMatchObject({
      status: 503,
      body: { code: 'not-ready', checks: { database: null, 'a-test': 'It waits for the test.' } },
    });
    expect(waiting.headers['retry-after']).toBe('1');
    readiness.add('a-test', () => Promise.reject(new Error('broken')));
    expect((await request(store.server).get('/health/ready')).status).toBe(503);
    readiness.add('a-test', () => null);
    expect((await request(store.server).get('/health/ready')).status).toBe(200);
  });

  it('is counted by its route, so that no stranger makes new figures', async () => {
    await request(store.server).get('/metrics');
    for (const name of ['a', 'b', 'c']) {
      await request(store.server).get(`/api/v1/plugins/acme/${name}`);
      await request(store.server).get(`/${name}`);
    }
    const { text } = await request(store.server).get('/metrics');
    expect(text).toContain('route="/api/v1/plugins/:publisher/:plugin",status="4xx"');
    expect(text).toContain('route="unmatched"');
    expect(text).not.toContain('acme');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  it('finds how long the queues are among the figures', async () => {
    const { text } = await request(store.server).get('/metrics');
    expect(text).toMatch(/^mortise_write_queue_depth \d+$/m);
    expect(text).toMatch(/^mortise_upstream_queue_depth \d+$/m);
    expect(text).toMatch(/^mortise_jobs_open \d+$/m);
  });
});
