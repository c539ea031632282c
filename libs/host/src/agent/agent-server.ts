import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { tokenHeader } from '../folder/agent-file.js';
import { HostError } from '../host-error.js';
import type { AgentLimits } from './agent-limits.js';
import type { AgentPages } from './agent-pages.js';
import { agentCookie, callerOf, isSameSecret, refuseForeignPage, refuseStrangeName } from './callers.js';
import type { Caller, CallerTokens } from './callers.js';
import type { ControlDoor } from './control-door.js';
import { forwardRequest, noRoute, refuseClosedPath } from './forward-request.js';
import { forwardUpgrade, refuseUpgrade } from './forward-upgrade.js';
import { answerProblem, RefusedRequest } from './problem-answer.js';
import type { Problem } from './problem-answer.js';
import { parsePluginAddress } from './route-table.js';
import type { PluginAddress, Route } from './route-table.js';
import type { ServedPlugins } from './served-plugins.js';
import { answerDocument, serveFrontendFile } from './web-files.js';

/** What an agent answers requests with. */
export interface Answering {
  readonly served: ServedPlugins;
  readonly limits: AgentLimits;
  readonly tokens: CallerTokens;
  readonly control: ControlDoor;
  readonly pages: AgentPages;
  /** Names by which a proxy calls the agent, beside those of this machine. */
  readonly allowedHosts: readonly string[];
  /** Where browsers see the agent's addresses begin: '' or e.g. `/mortise`. */
  readonly publicPath: string;
  onError(error: unknown): void;
}

const json = 'application/json; charset=utf-8';

function cannotListen(error: NodeJS.ErrnoException, port: number, host: string): HostError {
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} of ${host} is taken: end what listens there, or choose another with --port (0 takes a free one).`,
    EACCES: `This user may not listen on port ${port}: choose one above 1023 (0 takes a free one).`,
  };
  const { code = 'unknown' } = error;
  const message = sentences[code] ?? `${host} is no address of this machine to listen on (${code}).`;
  return new HostError('cannot-listen', message, { cause: error });
}

/** The agent's HTTP side. Everything but front ends and `/health` is for callers that it knows. */
export class AgentServer {
  private readonly server: Server;

  constructor(private readonly around: Answering) {
    const { limits } = around;
    this.server = createServer({ maxHeaderSize: limits.headerBytes, keepAliveTimeout: limits.keepAliveMs });
    this.server.headersTimeout = limits.headersMs;
    this.server.requestTimeout = limits.requestMs;
    this.server.maxConnections = limits.connections;
    this.server.on('request', (request, answer) => {
      void this.answer(request, answer);
    });
    this.server.on('upgrade', (request, socket, head) => {
      this.upgrade(request, socket, head, callerOf(request, around.tokens));
    });
  }

  /** Listens on that address of this machine. Resolves with the agent's own address. Throws `cannot-listen`. */
  async listen(port: number, host: string): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (error) => reject(cannotListen(error, port, host)));
      this.server.listen(port, host, resolve);
    });
    const { port: bound, family, address } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`;
  }

  /** Takes no more requests. Resolves when those under way have been answered. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    await closed;
  }

  closeAllConnections(): void {
    this.server.closeAllConnections();
  }

  /**
   * Answers a request to `/plugins/` or `/web/` that came to the host's own server, whose business it is who may send
   * it; pages of other origins are refused. False when it is for neither.
   */
  answerForHost(request: IncomingMessage, answer: ServerResponse): boolean {
    const { pathname } = placeOf(request);
    const isWeb = pathname.startsWith('/web/');
    if (!isWeb && !pathname.startsWith('/plugins/')) return false;
    const refusal = isWeb ? undefined : refuseForeignPage(request);
    if (refusal) answerProblem(answer, refusal);
    else if (isWeb) void this.contained(answer, this.answerWeb(request, answer, pathname));
    else this.answerPlugin(request, answer, false);
    return true;
  }

  /** The same for an upgrade. False when it is not for a plugin. */
  upgradeForHost(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (!placeOf(request).pathname.startsWith('/plugins/')) return false;
    const refusal = refuseForeignPage(request);
    if (refusal) refuseUpgrade(socket, refusal);
    else this.upgradePlugin(request, socket, head, false);
    return true;
  }

  private async answer(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const refusal = refuseStrangeName(request, this.around.allowedHosts);
    if (refusal) {
      answerProblem(answer, refusal);
      return;
    }
    await this.contained(answer, this.dispatch(request, answer));
  }

  private async dispatch(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { pathname } = placeOf(request);
    const { pages } = this.around;
    if (pathname === '/health') {
      answerDocument(request, answer, { type: json, tag: 'ok', text: '{"status":"ok"}' });
    } else if (pathname.startsWith('/web/')) {
      await this.answerWeb(request, answer, pathname);
    } else if (pathname === '/agent/v1/session') {
      await this.letIn(request, answer);
    } else if (pathname.startsWith('/plugins/') || pathname.startsWith('/agent/v1/')) {
      await this.answerKnown(request, answer, pathname);
    } else if (pathname === '/favicon.ico') {
      // Asked for where an answer is no page that names its icon.
      pages.answerAsset(request, answer, 'mortise/icon.svg');
    } else if (!pages.answer(request, answer, pathname) && !pages.answerNothing(request, answer)) {
      answerProblem(answer, nothingHere);
    }
  }

  private async answerKnown(
    request: IncomingMessage,
    answer: ServerResponse,
    pathname: string,
  ): Promise<void> {
    const caller = callerOf(request, this.around.tokens);
    if (!caller) answerProblem(answer, unknownCaller(request));
    else if (pathname.startsWith('/plugins/')) this.answerPlugin(request, answer, caller !== 'page');
    else await this.around.control.answer(request, answer, caller);
  }

  /** Gives a browser that has the link's key a cookie for the agent's own pages. */
  private async letIn(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { tokens, control } = this.around;
    const { key } = await control.bodyOf<{ key?: unknown }>(request);
    const isRight = typeof key === 'string' && isSameSecret(key, tokens.page);
    if (request.method !== 'POST' || !isRight || refuseForeignPage(request)) {
      answerProblem(answer, unknownCaller(request));
      return;
    }
    const cookie = `${agentCookie}=${tokens.page}; Path=/; HttpOnly; SameSite=Strict`;
    answer.writeHead(204, { 'set-cookie': cookie, 'cache-control': 'no-store' }).end();
  }

  private async answerWeb(request: IncomingMessage, answer: ServerResponse, pathname: string): Promise<void> {
    const { served, pages } = this.around;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      answerProblem(answer, {
        status: 405,
        code: 'method-not-allowed',
        detail: 'Front ends are only read: GET or HEAD.',
      });
      return;
    }
    const { revision, pluginsText, importMapText } = served.documents;
    const own = pathname.slice('/web/'.length);
    const kept = /^mortise\/import-map-([0-9a-f]+)\.json$/.exec(own)?.[1];
    const map = kept && served.importMapOf(kept);
    if (own === 'plugins.json') {
      answerDocument(request, answer, { type: json, tag: revision, text: pluginsText });
    } else if (own === 'importmap.json') {
      answerDocument(request, answer, { type: json, tag: revision, text: importMapText });
    } else if (own === 'importmap.js') {
      const text = pages.importMapScript(importMapText);
      answerDocument(request, answer, { type: 'text/javascript; charset=utf-8', tag: revision, text });
    } else if (map) {
      answerDocument(request, answer, { type: json, tag: kept, text: map, forGood: true });
    } else if (!pages.answerAsset(request, answer, own)) {
      await serveFrontendFile(request, answer, own, served.withFiles());
    }
  }

  private answerPlugin(request: IncomingMessage, answer: ServerResponse, isProxy: boolean): void {
    const to = this.destination(request);
    if ('status' in to) answerProblem(answer, to);
    else forwardRequest(request, answer, to, { limits: this.around.limits, isProxy });
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, caller: Caller | undefined): void {
    const refusal = refuseStrangeName(request, this.around.allowedHosts);
    socket.on('error', () => socket.destroy());
    if (refusal) refuseUpgrade(socket, refusal);
    else if (!caller) refuseUpgrade(socket, unknownCaller(request));
    else this.upgradePlugin(request, socket, head, caller !== 'page');
  }

  private upgradePlugin(request: IncomingMessage, socket: Duplex, head: Buffer, isProxy: boolean): void {
    const to = this.destination(request);
    if ('status' in to) refuseUpgrade(socket, to);
    else forwardUpgrade(request, socket, head, to, { limits: this.around.limits, isProxy });
  }

  private destination(request: IncomingMessage): { address: PluginAddress; route: Route } | Problem {
    const address = parsePluginAddress(request.url ?? '');
    if (!address) return nothingHere;
    const closed = refuseClosedPath(address.rest);
    if (closed) return closed;
    const { served } = this.around;
    const route = served.routes.find(address);
    if ('code' in route) return served.isKnown ? noRoute(route) : starting;
    return { address: { ...address, prefix: this.around.publicPath + address.prefix }, route };
  }

  /** What goes wrong with one request is its own answer, and the agent's log's business. */
  private async contained(answer: ServerResponse, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (error instanceof RefusedRequest) {
        answerProblem(answer, error.problem);
        return;
      }
      this.around.onError(error);
      const detail = 'The agent failed at this; its log says how.';
      answerProblem(answer, { status: 500, code: 'agent-failed', detail });
    }
  }
}

function placeOf({ url = '/' }: IncomingMessage): { pathname: string } {
  return { pathname: url.split('?')[0] ?? '/' };
}

const starting: Problem = {
  status: 503,
  code: 'agent-starting',
  detail: 'The agent is just starting and looks what there is to run; try again.',
  retryAfterSeconds: 1,
};

const nothingHere: Problem = {
  status: 404,
  code: 'not-found',
  detail:
    'Nothing is here: this is the agent of a host, not a store. Plugins are at /plugins/{publisher}/{plugin}/, front ends at /web/.',
};

const unknownCaller = ({ headers }: IncomingMessage): Problem => ({
  status: headers[tokenHeader] === undefined ? 401 : 403,
  code: 'unknown-caller',
  detail:
    'Plugins are called through the host: send the agent’s token in "Mortise-Agent-Token" (run/agent.json of the host’s folder has it), or open the link that `mortise run` printed.',
});
