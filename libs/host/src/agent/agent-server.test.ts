import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '#testing';
import type { HostFolder } from '../folder/host-folder.js';
import type { BackendToRun, Ending, RunningBackend } from '../runners/runner.js';
import { Runner } from '../runners/runner.js';
import type { AgentEvent } from './agent-event.js';
import { agentLimits } from './agent-limits.js';
import type { AgentLimits } from './agent-limits.js';
import { callAgent } from './call-agent.js';
import type { ServedPlugins } from './served-plugins.js';
import { makeServing } from './serving.js';
import type { ServedFrontend, ServedRelease } from './served-release.js';

const socketFolder = mkdtempSync(join(tmpdir(), 'm-sockets-'));
afterAll(() => rmSync(socketFolder, { recursive: true }));

/** Back ends that are HTTP servers of this process: what a real runner gives, without Python. */
class ServersAsBackends extends Runner {
  readonly kind = 'process';
  readonly started: { backend: BackendToRun; server: Server; end: (ending: Ending) => void }[] = [];
  constructor(private readonly handlerOf: (backend: BackendToRun, nth: number) => RequestListener | Error) {
    super();
  }

  async start(backend: BackendToRun): Promise<RunningBackend> {
    const handler = this.handlerOf(backend, this.started.length);
    if (handler instanceof Error) {
      this.started.push({ backend, server: createServer(), end: () => undefined });
      throw handler;
    }
    const socketPath = join(socketFolder, randomUUID().slice(0, 8));
    const server = createServer(handler).listen(socketPath);
    await once(server, 'listening');
    let end: (ending: Ending) => void = () => undefined;
    const ended = new Promise<Ending>((resolve) => {
      end = (ending) => {
        server.closeAllConnections();
        server.close();
        resolve(ending);
      };
    });
    this.started.push({ backend, server, end });
    const stop = async () => end({ reason: 'stopped', code: 0 });
    return { address: { socketPath }, pid: process.pid, ended, stop };
  }

  async removeLeftovers(): Promise<void> {
    // nothing outlives this process
  }
}

/** Its back ends start until they are told to stop. */
class StartsForever extends Runner {
  readonly kind = 'process';
  isStarting = false;

  async start(_: BackendToRun, signal: AbortSignal): Promise<RunningBackend> {
    this.isStarting = true;
    await once(signal, 'abort');
    this.isStarting = false;
    throw signal.reason;
  }

  async removeLeftovers(): Promise<void> {
    // nothing outlives this process
  }
}

const quick: AgentLimits = {
  ...agentLimits,
  restartFirstMs: 5,
  restartLastMs: 20,
  failuresBeforeGivenUp: 3,
  givenUpFirstMs: 60_000,
  drainMs: 3_000,
  pluginEventsWaitSeconds: 1,
};

const tokens = { control: 'c'.repeat(20), host: 'h'.repeat(20), page: 'p'.repeat(20) };

interface Agent {
  readonly address: string;
  readonly served: ServedPlugins;
  readonly events: AgentEvent[];
}

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function startAgent(limits: AgentLimits = quick): Promise<Agent> {
  const told: AgentEvent[] = [];
  const serving = makeServing(
    {
      limits,
      onEvent: (event) => told.push(event),
      onError: (error) => {
        throw error;
      },
    },
    tokens,
  );
  const nothing = async () => ({});
  const address = await serving.listen({
    status: () => ({}),
    switchTo: nothing,
    reload: nothing,
    restart: nothing,
    logs: async () => '',
  });
  cleanUps.push(async () => {
    await serving.served.end(0);
    serving.server.closeAllConnections();
    await serving.close();
  });
  return { address, served: serving.served, events: told };
}

const noLimits = {
  memoryBytes: 1,
  cpus: 1,
  processes: 1,
  diskBytes: 1,
  openFiles: 1,
  callTimeoutMs: 1,
  network: false,
};

interface Plan {
  readonly installation?: string;
  readonly plugin?: `${string}/${string}`;
  readonly version?: string;
  readonly interfaces?: readonly string[];
  readonly frontend?: ServedFrontend;
  readonly trust?: ServedRelease['trust'];
  readonly runner: Runner;
}

function release({
  installation = 'i1',
  plugin = 'acme/tool',
  version = '1.0.0',
  ...plan
}: Plan): ServedRelease {
  const backend = (name: string): BackendToRun => ({
    installation,
    plugin,
    version,
    interface: name,
    package: 'tool',
    component: 'Tool',
    environmentFolder: '',
    configFile: '',
    keyFile: '',
    cacheFolder: '',
    runFolder: '',
    logFile: '',
    limits: noLimits,
  });
  return {
    installation,
    plugin,
    version,
    folder: '',
    name: 'Tool',
    trust: plan.trust ?? 'trusted',
    runner: plan.runner,
    defaultConfig: {},
    warnings: [],
    interfaces: (plan.interfaces ?? ['default']).map((name) => ({
      name,
      backend: backend(name),
      frontend: plan.frontend ?? null,
      form: null,
    })),
  };
}

/** Says who it is, and what it was asked. */
const echo =
  ({ version, interface: name }: BackendToRun): RequestListener =>
  (request, answer) => {
    if (request.url?.startsWith('/mortise/')) return void answer.writeHead(404).end();
    answer.setHeader('content-type', 'application/json');
    answer.end(
      JSON.stringify({ version, name, url: request.url, method: request.method, headers: request.headers }),
    );
  };

const asHost = { 'mortise-agent-token': tokens.host };

async function ask(agent: Agent, path: string, init: RequestInit = {}) {
  const answer = await fetch(agent.address + path, {
    ...init,
    headers: { ...asHost, ...(init.headers as Record<string, string> | undefined) },
  });
  const text = await answer.text();
  const body = answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
  return { status: answer.status, headers: answer.headers, body };
}

/** Headers that `fetch` wouldn't send. */
async function askRaw(agent: Agent, path: string, headers: Record<string, string>) {
  const asked = httpRequest(agent.address + path, { headers });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer as AsyncIterable<Buffer>) text += chunk.toString();
  return { status: answer.statusCode, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) };
}

/** What comes back for a request as it stands, behind its first line and the headers that each must have. */
async function askInWords(agent: Agent, line: string, rest: string): Promise<string> {
  const { port } = new URL(agent.address);
  const socket = connect(Number(port), '127.0.0.1');
  let said = '';
  socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
  socket.write(
    `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\nMortise-Agent-Token: ${tokens.host}\r\nConnection: close, Content-Length\r\n${rest}`,
  );
  await once(socket, 'close');
  return said;
}

describe('routes to back ends', () => {
  it('lead to the highest stable version, to the version or to the interface that is named', async () => {
    const agent = await startAgent();
    const runner = new ServersAsBackends(echo);
    await agent.served.load([
      release({ runner, installation: 'a', version: '1.9.0' }),
      release({ runner, installation: 'b', version: '1.10.0' }),
      release({ runner, installation: 'c', version: '2.0.0-beta.1' }),
      release({ runner, installation: 'd', plugin: 'acme/suite', interfaces: ['launch', 'admin'] }),
    ]);
    expect((await ask(agent, '/plugins/acme/tool/x?y=1')).body).toMatchObject({
      version: '1.10.0',
      url: '/x?y=1',
    });
    expect((await ask(agent, '/plugins/ACME/Tool@1.9.0')).body).toMatchObject({ version: '1.9.0', url: '/' });
    expect((await ask(agent, '/plugins/acme/tool@2.0.0-beta.1/')).body.version).toBe('2.0.0-beta.1');
    expect((await ask(agent, '/plugins/acme/suite:admin@1.0.0/x')).body.name).toBe('admin');
    const refused = async (path: string) => {
      const { status, body } = await ask(agent, path);
      return [status, body.code];
    };
    expect(await refused('/plugins/acme/suite/x')).toEqual([404, 'interface-not-found']);
    expect(await refused('/plugins/acme/tool@3.0.0/x')).toEqual([404, 'version-not-served']);
    expect(await refused('/plugins/acme/other/x')).toEqual([404, 'plugin-not-found']);
    expect((await ask(agent, '/plugins/acme/other/x')).body.detail).toContain('`mortise doctor` says why');
    expect(await refused('/plugins/acme/tool/mortise/events')).toEqual([404, 'not-forwarded']);
    expect(await refused('/plugins/acme/tool/%6dortise/events')).toEqual([404, 'not-forwarded']);
    expect(await refused('/plugins/acme/tool/x%2f..%2fmortise')).toEqual([400, 'invalid-path']);
    expect(await refused('/plugins/acme/tool/api/v1/admin/shutdown')).toEqual([404, 'not-forwarded']);
  });

  it('are a page that leads back for a browser where nothing is, with an icon, and a problem for programs', async () => {
    const { address } = await startAgent();
    const browser = 'text/html,application/xhtml+xml,*/*;q=0.8';
    const get = (path: string, accept: string) => fetch(`${address}${path}`, { headers: { accept } });
    const page = await get('/nope', browser);
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('<a href="/">');
    for (const accept of ['*/*', 'application/json', `application/problem+json, ${browser}`])
      expect((await get('/nope', accept)).headers.get('content-type')).toBe('application/problem+json');
    const icon = await get('/favicon.ico', 'image/*');
    expect([icon.status, icon.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
  });

  it('say that the agent is just starting, and not that a plugin is missing, until it knows what it has', async () => {
    const agent = await startAgent();
    const { status, headers, body } = await ask(agent, '/plugins/acme/tool/x');
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'agent-starting', '1']);
    await agent.served.load([]);
    expect((await ask(agent, '/plugins/acme/tool/x')).body.code).toBe('plugin-not-found');
  });

  it('pass on what is meant for the back end, and neither hop-by-hop headers nor the agent’s credentials', async () => {
    const agent = await startAgent();
    await agent.served.load([release({ runner: new ServersAsBackends(echo) })]);
    const { body } = await askRaw(agent, '/plugins/acme/tool/x', {
      ...asHost,
      connection: 'keep-alive, X-Secret-Hop',
      'x-secret-hop': '1',
      'proxy-authorization': 'Basic x',
      te: 'trailers',
      authorization: 'Bearer of-the-plugin',
      cookie: `theirs=1; mortise-agent=${tokens.page}`,
      'x-forwarded-prefix': '/base/',
      'x-forwarded-host': 'host.example',
      'x-forwarded-proto': 'https',
    });
    expect(body.headers).toMatchObject({
      authorization: 'Bearer of-the-plugin',
      cookie: 'theirs=1',
      'x-forwarded-prefix': '/base/plugins/acme/tool',
      'x-forwarded-host': 'host.example',
      'x-forwarded-proto': 'https',
    });
    for (const name of ['x-secret-hop', 'proxy-authorization', 'te', 'mortise-agent-token'])
      expect(Object.keys(body.headers)).not.toContain(name);
  });

  it.each(['GET', 'DELETE', 'OPTIONS', 'POST'])(
    'with %s say how long their body is, so that it is never read as a request of its own',
    async (method) => {
      const agent = await startAgent();
      const seen: string[] = [];
      const runner = new ServersAsBackends(() => (request, answer) => {
        if (request.url?.startsWith('/mortise/')) return void answer.writeHead(404).end();
        seen.push(`${request.method} ${request.url}`);
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => answer.end(`<${body}>`));
      });
      await agent.served.load([release({ runner })]);
      const body = 'POST /api/v1/admin/shutdown HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n';
      const chunked = `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
      for (const rest of [chunked, `Content-Length: ${body.length}\r\n\r\n${body}`])
        expect(await askInWords(agent, `${method} /plugins/acme/tool/x`, rest)).toContain(`<${body}>`);
      expect(seen).toEqual([`${method} /x`, `${method} /x`]);
    },
  );

  it('hand an untrusted back end no cookies, and none of its pages or headers speaks in the host’s name', async () => {
    const agent = await startAgent();
    const runner = new ServersAsBackends((backend) => (request, answer) => {
      if (request.url !== '/page') return void echo(backend)(request, answer);
      answer.writeHead(200, {
        'content-type': 'text/html',
        'content-security-policy': 'default-src *',
        'set-cookie': ['sessionid=theirs; Path=/', 'mortise-agent=theirs; Path=/'],
        'service-worker-allowed': '/',
        'clear-site-data': '"*"',
        'www-authenticate': 'Basic realm="the host"',
        etag: '"1"',
      });
      answer.end(JSON.stringify(request.headers));
    });
    const plugins = [
      release({ runner, installation: 'a', plugin: 'acme/stranger', trust: 'untrusted' }),
      release({ runner, installation: 'b', plugin: 'acme/friend' }),
    ];
    await agent.served.load(plugins);
    const headers = { cookie: 'sessionid=ours', authorization: 'Bearer of-the-plugin' };
    const stranger = await ask(agent, '/plugins/acme/stranger/page', { headers });
    expect(JSON.parse(stranger.body)).toMatchObject({ authorization: 'Bearer of-the-plugin' });
    expect(JSON.parse(stranger.body)).not.toHaveProperty('cookie');
    expect(Object.fromEntries(stranger.headers)).toMatchObject({
      'content-type': 'text/html',
      'content-security-policy': expect.stringMatching(/default-src 'none'.*sandbox/),
      'x-content-type-options': 'nosniff',
      etag: '"1"',
    });
    for (const name of ['set-cookie', 'service-worker-allowed', 'clear-site-data', 'www-authenticate'])
      expect([...stranger.headers.keys()]).not.toContain(name);
    const friend = await ask(agent, '/plugins/acme/friend/page', { headers });
    expect(JSON.parse(friend.body)).toMatchObject({ cookie: 'sessionid=ours' });
    expect(friend.headers.getSetCookie()).toHaveLength(2);
  });

  it('stream both ways: the answer begins while the request is still being sent', async () => {
    const agent = await startAgent();
    const runner = new ServersAsBackends(() => (request, answer) => {
      if (request.url?.startsWith('/mortise/')) return void answer.writeHead(404).end();
      request.pipe(answer);
    });
    await agent.served.load([release({ runner })]);
    const asked = httpRequest(`${agent.address}/plugins/acme/tool/x`, { method: 'POST', headers: asHost });
    asked.write('one');
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    let said = '';
    answer.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await eventually(() => said === 'one');
    asked.end('two');
    await once(answer, 'end');
    expect(said).toBe('onetwo');
  });

  it('join a WebSocket’s two connections, and take it down when the plugin goes', async () => {
    const agent = await startAgent();
    const runner = new ServersAsBackends(echo);
    await agent.served.load([release({ runner })]);
    let backendEnded: Promise<unknown> = Promise.reject(new Error('No upgrade came.'));
    backendEnded.catch(() => undefined);
    runner.started[0]!.server.on('upgrade', (request, socket) => {
      backendEnded = once(socket, 'close');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Path: ${request.url}\r\n\r\n`,
      );
      socket.pipe(socket);
    });
    const { port } = new URL(agent.address);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `GET /plugins/acme/tool/chat HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nMortise-Agent-Token: ${tokens.host}\r\n\r\n`,
    );
    let said = '';
    socket.on('data', (chunk) => (said += chunk.toString()));
    await eventually(() => said.includes('\r\n\r\n'));
    expect(said).toMatch(/^HTTP\/1\.1 101 .*x-path: \/chat/is);
    socket.write('ping');
    await eventually(() => said.endsWith('ping'));
    const closed = once(socket, 'close');
    await agent.served.end(0);
    await Promise.all([closed, backendEnded]);
  });
});

describe('callers', () => {
  const path = '/plugins/acme/tool/x';

  it('are known by their token; anybody else is refused', async () => {
    const agent = await startAgent();
    await agent.served.load([release({ runner: new ServersAsBackends(echo) })]);
    expect((await askRaw(agent, path, {})).status).toBe(401);
    expect((await askRaw(agent, path, { 'mortise-agent-token': 'wrong' })).status).toBe(403);
    expect((await askRaw(agent, path, { 'mortise-agent-token': tokens.page })).status).toBe(403);
    expect((await askRaw(agent, path, asHost)).status).toBe(200);
    expect((await askRaw(agent, '/agent/v1/status', asHost)).status).toBe(200);
    const asOwner = { 'mortise-agent-token': tokens.control };
    expect((await ask(agent, '/agent/v1/reload', { method: 'POST' })).body.code).toBe('control-only');
    expect((await ask(agent, '/agent/v1/reload', { method: 'POST', headers: asOwner })).status).toBe(200);
  });

  it('reach nothing by a name that a stranger made point to this machine', async () => {
    const agent = await startAgent();
    for (const host of [
      'evil.example',
      'evil.example:80',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
    ])
      expect((await askRaw(agent, '/web/plugins.json', { host })).body.code).toBe('strange-host');
    expect((await askRaw(agent, '/web/plugins.json', { host: 'localhost:1' })).status).toBe(200);
  });

  it('in a browser are let in by the link’s key, and then only from the agent’s own pages', async () => {
    const agent = await startAgent();
    await agent.served.load([release({ runner: new ServersAsBackends(echo) })]);
    const letIn = (key: string) =>
      fetch(`${agent.address}/agent/v1/session`, { method: 'POST', body: JSON.stringify({ key }) });
    expect((await letIn('wrong')).status).toBe(401);
    const answer = await letIn(tokens.page);
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([
      204,
      expect.stringContaining('HttpOnly; SameSite=Strict'),
    ]);
    const origin = agent.address;
    const own = { cookie, 'sec-fetch-site': 'same-origin', origin };
    expect((await askRaw(agent, path, own)).status).toBe(200);
    for (const foreign of [
      { cookie } as Record<string, string>,
      { cookie, 'sec-fetch-site': 'same-site' },
      { cookie, 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' },
      { cookie, origin: 'http://127.0.0.1:1' },
      { cookie, 'sec-fetch-site': 'same-origin', origin: 'null' },
    ])
      expect((await askRaw(agent, path, foreign)).status).toBe(401);
    const post = await fetch(`${agent.address}/agent/v1/reload`, { method: 'POST', headers: own });
    expect(post.status).toBe(403);
  });
});

describe('a back end that fails', () => {
  it('is started again, and its neighbours don’t notice', async () => {
    const agent = await startAgent();
    const runner = new ServersAsBackends(echo);
    await agent.served.load([
      release({ runner, installation: 'a', plugin: 'acme/weak' }),
      release({ runner, installation: 'b', plugin: 'acme/strong' }),
    ]);
    runner.started
      .find(({ backend }) => backend.plugin === 'acme/weak')!
      .end({ reason: 'It fell.', code: 1 });
    await eventually(() => agent.events.some(({ type }) => type === 'warning'));
    expect(agent.events.at(-1)).toMatchObject({
      type: 'warning',
      plugin: 'acme/weak',
      interface: 'default',
      data: { code: 'crashed', message: 'It fell.' },
    });
    expect((await ask(agent, '/plugins/acme/strong/x')).status).toBe(200);
    await eventually(() => runner.started.length === 3);
    await eventually(async () => (await ask(agent, '/plugins/acme/weak/x')).status === 200);
  });

  it('again and again is given up loudly, and answers with when it is tried again', async () => {
    const agent = await startAgent();
    const runner = new ServersAsBackends(({ plugin }) =>
      plugin === 'acme/broken' ? new Error('No module named "tool".') : () => undefined,
    );
    await agent.served.load([release({ runner, plugin: 'acme/broken' })]);
    await eventually(() => agent.events.some(({ data }) => data['code'] === 'crash-loop'));
    expect(runner.started.length).toBe(3);
    const { status, headers, body } = await ask(agent, '/plugins/acme/broken/x');
    expect([status, body.code, body.detail]).toEqual([
      503,
      'backend-given-up',
      expect.stringContaining('No module named "tool".'),
    ]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(20);
    expect(agent.events.map(({ type }) => type)).toContain('failed');
    expect(agent.events.map(({ type }) => type)).not.toContain('loaded');
  });

  it('to answer in time, or in the middle of it, is told by 504, 502 or a broken answer', async () => {
    const agent = await startAgent({ ...quick, answerMs: 2_000 });
    const runner = new ServersAsBackends((backend) => (request, answer) => {
      if (request.url === '/slow') return;
      if (request.url === '/break') return void request.socket.destroy();
      if (request.url === '/half') {
        answer.writeHead(200, { 'content-length': '10' }).write('half');
        return void setTimeout(() => request.socket.destroy(), 20);
      }
      echo(backend)(request, answer);
    });
    await agent.served.load([release({ runner })]);
    expect((await ask(agent, '/plugins/acme/tool/slow')).body).toMatchObject({
      status: 504,
      code: 'backend-timeout',
    });
    expect((await ask(agent, '/plugins/acme/tool/break')).body).toMatchObject({
      status: 502,
      code: 'backend-broke-off',
    });
    await expect(ask(agent, '/plugins/acme/tool/half')).rejects.toThrow();
    expect((await ask(agent, '/plugins/acme/tool/x')).status).toBe(200);
    await eventually(() => agent.served.find('i1')!.backends.get('default')!.inFlight === 0);
  });

  it('to read all of a body before it answers is heard by who still sends it', async () => {
    const agent = await startAgent();
    const runner = new ServersAsBackends(() => (request) => {
      request.resume();
      request.socket.end('HTTP/1.1 413 Large\r\nConnection: close\r\nContent-Length: 8\r\n\r\ntoo much');
    });
    await agent.served.load([release({ runner })]);
    for (let turn = 0; turn < 5; turn += 1) {
      const body = Buffer.alloc(32 * 1024 * 1024);
      const answered = await ask(agent, '/plugins/acme/tool/x', { method: 'POST', body });
      expect(answered).toMatchObject({ status: 413, body: 'too much' });
    }
    await eventually(() => agent.served.find('i1')!.backends.get('default')!.inFlight === 0);
  });

  it('to answer in HTTP is told by 502, and its reason phrases stay where they are', async () => {
    const agent = await startAgent();
    const runner = new ServersAsBackends((backend) => (request, answer) => {
      const status = /^\/odd\?(.*)/.exec(request.url ?? '')?.[1];
      if (status === undefined) return void echo(backend)(request, answer);
      request.socket.end(`HTTP/1.1 ${decodeURIComponent(status)}\r\nContent-Length: 2\r\n\r\nhi`);
    });
    await agent.served.load([release({ runner })]);
    const answerTo = (status: string) => ask(agent, `/plugins/acme/tool/odd?${encodeURIComponent(status)}`);
    for (const status of ['000 None', '099 Early', '101 Switching'])
      expect((await answerTo(status)).body).toMatchObject({ status: 502, code: 'backend-broke-off' });
    for (const status of ['200 \u0001', '200 \u0000', '200 \u007f', '200'])
      expect(await answerTo(status)).toMatchObject({ status: 200, body: 'hi' });
    expect((await ask(agent, '/plugins/acme/tool/x')).status).toBe(200);
    await eventually(() => agent.served.find('i1')!.backends.get('default')!.inFlight === 0);
  });

  it('with more requests than it may have refuses the rest', async () => {
    const agent = await startAgent({ ...quick, requestsPerBackend: 2 });
    const held: (() => void)[] = [];
    const runner = new ServersAsBackends((backend) => (request, answer) => {
      const reply = () => echo(backend)(request, answer);
      if (request.url === '/slow') held.push(reply);
      else reply();
    });
    await agent.served.load([release({ runner })]);
    const slow = [1, 2].map(() => ask(agent, '/plugins/acme/tool/slow'));
    await eventually(() => held.length === 2);
    const { status, headers, body } = await ask(agent, '/plugins/acme/tool/x');
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'backend-busy', '1']);
    for (const reply of held) reply();
    await Promise.all(slow);
  });
});

describe('a switch to another version', () => {
  it('loses no request: new ones go to the new, those under way finish with the old', async () => {
    const agent = await startAgent({ ...quick, drainMs: agentLimits.drainMs });
    const held: (() => void)[] = [];
    const runner = new ServersAsBackends((backend) => (request, answer) => {
      const reply = () => echo(backend)(request, answer);
      if (request.url === '/slow') held.push(reply);
      else setTimeout(reply, 3);
    });
    await agent.served.load([release({ runner })]);
    const slow = ask(agent, '/plugins/acme/tool/slow');
    await eventually(() => held.length === 1);
    const seen: string[] = [];
    let isOver = false;
    const load = Array.from({ length: 8 }, async () => {
      while (!isOver) {
        const { status, body } = await ask(agent, '/plugins/acme/tool/x');
        seen.push(status === 200 ? body.version : String(status));
      }
    });
    await eventually(() => seen.includes('1.0.0'));
    for (const version of ['1.1.0', '1.2.0', '1.3.0']) {
      const outcome = await agent.served.replace(release({ runner, version }), async () => undefined);
      expect(outcome.outcome).toBe('switched');
      await eventually(() => seen.includes(version));
    }
    isOver = true;
    await Promise.all(load);
    held[0]!();
    expect((await slow).body.version).toBe('1.0.0');
    expect([...new Set(seen)]).toEqual(['1.0.0', '1.1.0', '1.2.0', '1.3.0']);
    await eventually(() => agent.served.inUse.length === 1);
    expect(
      agent.events
        .filter(({ type }) => type === 'updated')
        .map(({ version, data }) => [data['from'], version]),
    ).toEqual([
      ['1.0.0', '1.1.0'],
      ['1.1.0', '1.2.0'],
      ['1.2.0', '1.3.0'],
    ]);
  });

  it('that fails, to start or to be written down, leaves the old one serving and says why', async () => {
    const agent = await startAgent();
    const runner = new ServersAsBackends((backend) =>
      backend.version === '2.0.0' ? new Error('It wants another Python.') : echo(backend),
    );
    await agent.served.load([release({ runner })]);
    expect(await agent.served.replace(release({ runner, version: '2.0.0' }), async () => undefined)).toEqual({
      outcome: 'refused',
      code: 'start-failed',
      message: 'It wants another Python.',
    });
    const full = async () => {
      throw Object.assign(new Error('The disk is full.'), { code: 'storage-full' });
    };
    expect(await agent.served.replace(release({ runner, version: '1.1.0' }), full)).toMatchObject({
      code: 'storage-full',
    });
    expect((await ask(agent, '/plugins/acme/tool/x')).body.version).toBe('1.0.0');
    expect(agent.events.map(({ type }) => type)).toEqual(['loaded']);
  });

  it('that is still being tried when the agent stops is ended with it, as if nobody had tried', async () => {
    const { served } = await startAgent();
    const runner = new StartsForever();
    let isWritten = false;
    const outcome = served.replace(release({ runner }), async () => {
      isWritten = true;
    });
    const refused = expect(outcome).rejects.toMatchObject({ code: 'agent-stopping' });
    await served.end(0);
    await refused;
    expect({ isWritten, isStarting: runner.isStarting }).toEqual({ isWritten: false, isStarting: false });
    expect(served.routes.releases).toEqual([]);
    const late = served.replace(release({ runner }), async () => undefined);
    await expect(late).rejects.toMatchObject({ code: 'agent-stopping' });
  });
});

describe('what a plugin brings into its host', () => {
  it('is told when it serves, and taken back when it goes, crashes, or another version comes', async () => {
    const agent = await startAgent();
    const runner = new ServersAsBackends((backend) => (request, answer) => {
      const url = new URL(request.url ?? '', 'http://x');
      if (url.pathname !== '/mortise/events') return echo(backend)(request, answer);
      const after = Number(url.searchParams.get('after'));
      if (after > 0) return;
      const items = [
        { sequence: 1, type: 'registered', kind: 'menu', id: backend.version, what: { label: 'Tool' } },
        { sequence: 2, type: 'event', source: 'watch', event: { n: 1 } },
      ];
      answer.end(JSON.stringify({ epoch: 'e', items, next: 2 }));
    });
    await agent.served.load([release({ runner })]);
    const told = () =>
      agent.events
        .splice(0)
        .map(({ type, version, data }) =>
          `${type} ${version} ${[data['id'], data['source'], ''].find((one) => typeof one === 'string')}`.trim(),
        );
    expect(told()).toEqual(['plugin-event 1.0.0 watch', 'registered 1.0.0 1.0.0', 'loaded 1.0.0']);
    runner.started[0]!.end({ reason: 'It fell.', code: 1 });
    await eventually(() => agent.events.filter(({ type }) => type === 'registered').length === 1);
    expect(told().filter((line) => line.includes('registered'))).toEqual([
      'unregistered 1.0.0 1.0.0',
      'registered 1.0.0 1.0.0',
    ]);
    await agent.served.replace(release({ runner, version: '1.1.0' }), async () => undefined);
    expect(told().filter((line) => !line.startsWith('plugin-event'))).toEqual([
      'updated 1.1.0',
      'unregistered 1.0.0 1.0.0',
      'unloaded 1.0.0',
      'registered 1.1.0 1.1.0',
      'loaded 1.1.0',
    ]);
    await agent.served.unload('i1');
    expect(told()).toEqual(['unregistered 1.1.0 1.1.0', 'unloaded 1.1.0']);
  });

  it('is no more served only where it is what was meant, once its turn comes', async () => {
    const agent = await startAgent();
    const runner = new ServersAsBackends(echo);
    await agent.served.load([release({ runner })]);
    const next = release({ runner, version: '1.1.0' });
    const switching = agent.served.inTurn('i1', () => agent.served.replace(next, async () => undefined));
    await agent.served.unload('i1', ({ version }) => version === '1.0.0');
    await switching;
    expect(agent.served.find('i1')?.release.version).toBe('1.1.0');
  });

  it('comes as server-sent events that go on where a reader was', async () => {
    const agent = await startAgent();
    const runner = new ServersAsBackends(echo);
    await agent.served.load([release({ runner })]);
    const open = async (id?: string) => {
      const asked = httpRequest(`${agent.address}/agent/v1/events`, {
        headers: { ...asHost, ...(id === undefined ? {} : { 'last-event-id': id }) },
      });
      asked.on('error', () => undefined).end();
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      const reader = { text: '', leave: () => asked.destroy() };
      answer.on('data', (chunk: Buffer) => (reader.text += chunk.toString())).on('error', () => undefined);
      await eventually(() => reader.text.includes('retry:'));
      return reader;
    };
    const first = await open();
    await agent.served.unload('i1');
    await eventually(() => first.text.includes('event: unloaded'));
    const id = /id: (\S+)\nevent: unloaded/.exec(first.text)?.[1] ?? '';
    first.leave();
    await agent.served.load([release({ runner })]);
    const second = await open(id);
    await eventually(() => second.text.includes('event: loaded'));
    expect(second.text).not.toContain('unloaded');
    const third = await open('of-another-process-1');
    await eventually(() => third.text.includes('event: reset'));
  });
});

describe('front ends', () => {
  function makeFrontend(): ServedFrontend {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-web-'));
    cleanUps.push(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist/index.js'), 'export const Panel = class extends HTMLElement {};');
    writeFileSync(join(folder, 'page.html'), '<script>alert(1)</script>');
    writeFileSync(join(folder, 'unlisted.js'), 'secret');
    const files = new Map([
      ['dist/index.js', { size: 50, integrity: 'sha384-abc' }],
      ['page.html', { size: 25, integrity: 'sha384-def' }],
    ]);
    return {
      package: '@acme/tool',
      version: '1.0.0',
      component: 'Panel',
      entry: 'dist/index.js',
      folder,
      files,
    };
  }

  it('have right types, never change, run nothing of their own, and nothing else of the folder is served', async () => {
    const agent = await startAgent();
    await agent.served.load([release({ runner: new ServersAsBackends(echo), frontend: makeFrontend() })]);
    const base = '/web/acme/tool/1.0.0/@acme/tool/';
    const module = await askRaw(agent, `${base}dist/index.js`, { 'if-none-match': '"sha384-abc"' });
    expect([module.status, module.headers['etag']]).toEqual([304, '"sha384-abc"']);
    const page = await fetch(`${agent.address}${base}page.html`);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
      'cache-control': expect.stringContaining('immutable'),
      'cross-origin-resource-policy': 'same-origin',
    });
    for (const path of ['unlisted.js', '../../x', '..%2f..%2fetc%2fpasswd', 'dist', '%00', '%'])
      expect((await askRaw(agent, base + path, {})).status).toBe(404);
  });

  it('are found by an import map and a list that change in one step, and stay for pages that are open', async () => {
    const agent = await startAgent();
    const runner = new ServersAsBackends(echo);
    await agent.served.load([release({ runner, frontend: makeFrontend() })]);
    const list = await ask(agent, '/web/plugins.json');
    const map = await ask(agent, '/web/importmap.json');
    expect([list.headers.get('cache-control'), list.headers.get('etag')]).toEqual([
      'no-cache',
      map.headers.get('etag'),
    ]);
    expect(list.body.plugins[0]).toMatchObject({
      id: 'acme/tool',
      usual: true,
      interfaces: {
        default: {
          address: '/plugins/acme/tool:default@1.0.0',
          frontend: { specifier: 'acme/tool:default@1.0.0', component: 'Panel' },
        },
      },
    });
    const module = '/web/acme/tool/1.0.0/@acme/tool/dist/index.js';
    expect(map.body.imports).toMatchObject({ 'acme/tool': module, 'acme/tool:default@1.0.0': module });
    expect(map.body.integrity[module]).toBe('sha384-abc');
    expect(map.body.scopes['/web/acme/tool/1.0.0/@acme/tool/']).toEqual({
      '@acme/tool': module,
      '@acme/tool/': '/web/acme/tool/1.0.0/@acme/tool/',
    });
    await agent.served.replace(
      release({ runner, version: '1.1.0', frontend: makeFrontend() }),
      async () => undefined,
    );
    const next = await ask(agent, '/web/plugins.json');
    expect(next.body.plugins.map(({ version }: { version: string }) => version)).toEqual(['1.1.0']);
    expect(next.body.revision).not.toBe(list.body.revision);
    const kept = await ask(agent, list.body.import_map);
    expect([kept.body, kept.headers.get('cache-control')]).toEqual([
      map.body,
      expect.stringContaining('immutable'),
    ]);
    expect((await ask(agent, module)).status).toBe(200);
    expect((await ask(agent, map.body.imports['mortise/mount'])).headers.get('content-type')).toContain(
      'javascript',
    );
  });

  it('are no service workers of the host', async () => {
    const agent = await startAgent();
    await agent.served.load([release({ runner: new ServersAsBackends(echo), frontend: makeFrontend() })]);
    const path = '/web/acme/tool/1.0.0/@acme/tool/dist/index.js';
    expect((await askRaw(agent, path, { 'service-worker': 'script' })).body.code).toBe('service-worker');
  });
});

describe('an agent that can’t begin', () => {
  it('says that its port is taken, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const serving = makeServing({ port }, tokens);
    const nothing = async () => ({});
    const listening = serving.listen({
      status: () => ({}),
      switchTo: nothing,
      reload: nothing,
      restart: nothing,
      logs: async () => '',
    });
    await expect(listening).rejects.toMatchObject({
      code: 'cannot-listen',
      message: `Port ${port} of 127.0.0.1 is taken: end what listens there, or choose another with --port (0 takes a free one).`,
    });
    other.close();
  });
});

describe('a call from the command line', () => {
  it.each(['tool', '../../x', 'acme/tool/api', 'acme', ''])(
    'is not sent where %j names no plugin',
    async (plugin) => {
      const folder = mkdtempSync(join(tmpdir(), 'm-call-'));
      const agentFile = join(folder, 'agent.json');
      writeFileSync(agentFile, JSON.stringify({ address: 'http://127.0.0.1:9', pid: 1 }));
      const host = { agentProcess: () => 1, paths: { agentFile, root: folder } } as unknown as HostFolder;
      await expect(callAgent(host, plugin, 'greet', {}, AbortSignal.timeout(5_000))).rejects.toMatchObject({
        code: 'invalid-plugin',
      });
      rmSync(folder, { recursive: true });
    },
  );
});
