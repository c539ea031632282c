import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AgentLimits } from './agent-limits.js';
import type { Caller } from './callers.js';
import type { EventStreams } from './event-streams.js';
import { answerProblem, RefusedRequest } from './problem-answer.js';
import type { Problem } from './problem-answer.js';

/** What the control door reaches of the agent. */
export interface Controlled {
  status(): unknown;
  /** Brings what is wanted of that installation into service. */
  switchTo(installation: string): Promise<unknown>;
  /** Reads the folder anew, and follows what it says. */
  reload(): Promise<unknown>;
  /** Starts an installation's back ends again. */
  restart(installation: string): Promise<unknown>;
  logs(installation: string, lines: number): Promise<string>;
}

type Handler = (request: IncomingMessage, answer: ServerResponse, url: URL) => Promise<void> | void;

interface ControlRoute {
  readonly method: 'GET' | 'POST';
  /** What a host's server, or a page that was let in, may do too: to look. */
  readonly callers: readonly Caller[];
  readonly handle: Handler;
}

const owner: readonly Caller[] = ['control'];
const lookers: readonly Caller[] = ['control', 'host', 'page'];

/** What is under `/agent/v1/`. */
export class ControlDoor {
  private readonly streams: ControlRoute;
  private routes: Readonly<Record<string, ControlRoute>> = {};

  constructor(
    streams: EventStreams,
    private readonly limits: AgentLimits,
  ) {
    this.streams = {
      method: 'GET',
      callers: lookers,
      handle: (request, answer) => {
        streams.start(request, answer);
      },
    };
  }

  /** From now on it leads to that agent. */
  open(agent: Controlled): void {
    const post = (handle: Handler): ControlRoute => ({ method: 'POST', callers: owner, handle });
    this.routes = {
      status: {
        method: 'GET',
        callers: lookers,
        handle: (_, answer) => {
          answerJson(answer, agent.status());
        },
      },
      events: this.streams,
      switch: post(this.onInstallation((id) => agent.switchTo(id))),
      restart: post(this.onInstallation((id) => agent.restart(id))),
      reload: post(async (_, answer) => {
        answerJson(answer, await agent.reload());
      }),
      logs: {
        method: 'GET',
        callers: owner,
        handle: (_, answer, url) => this.answerLogs(agent, answer, url),
      },
    };
  }

  async answer(request: IncomingMessage, answer: ServerResponse, caller: Caller): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://agent');
    const name = url.pathname.slice('/agent/v1/'.length);
    const route = Object.hasOwn(this.routes, name) ? this.routes[name] : undefined;
    const refusal = route ? refused(route, request, caller) : noSuchRoute(Object.keys(this.routes));
    if (refusal || !route) answerProblem(answer, refusal ?? noSuchRoute([]));
    else await route.handle(request, answer, url);
  }

  /** The JSON object that was sent. Throws a problem where it is none, or too large. */
  async bodyOf<Body extends object>(request: IncomingMessage): Promise<Body> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > this.limits.controlBodyBytes)
        throw invalidBody(413, `It is larger than ${this.limits.controlBodyBytes} bytes.`);
      chunks.push(chunk);
    }
    try {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString() || '{}');
      if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Body;
    } catch {
      // told below
    }
    throw invalidBody(400, 'It is no JSON object.');
  }

  private onInstallation(work: (installation: string) => Promise<unknown>): Handler {
    return async (request, answer) => {
      const { installation } = await this.bodyOf<{ installation?: unknown }>(request);
      if (typeof installation !== 'string' || installation === '') {
        throw invalidBody(400, 'Send {"installation": "<its id>"}.');
      }
      answerJson(answer, await work(installation));
    };
  }

  private async answerLogs(agent: Controlled, answer: ServerResponse, url: URL): Promise<void> {
    const lines = Number(url.searchParams.get('lines') ?? '100');
    const most = this.limits.logLines;
    if (!Number.isInteger(lines) || lines < 1 || lines > most)
      throw invalidBody(400, `"lines" is a number from 1 to ${most}.`);
    const text = await agent.logs(url.searchParams.get('installation') ?? '', lines);
    answer
      .writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
      .end(text);
  }
}

function answerJson(answer: ServerResponse, body: unknown): void {
  answer.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  answer.end(JSON.stringify(body));
}

function refused(route: ControlRoute, request: IncomingMessage, caller: Caller): Problem | undefined {
  if (request.method !== route.method)
    return { status: 405, code: 'method-not-allowed', detail: `Use ${route.method} here.` };
  if (route.callers.includes(caller)) return undefined;
  const detail =
    'That is for the owner of the host’s folder: send its control token in "Mortise-Agent-Token".';
  return { status: 403, code: 'control-only', detail };
}

const invalidBody = (status: number, detail: string): RefusedRequest =>
  new RefusedRequest({ status, code: 'invalid-request', detail });

const noSuchRoute = (names: readonly string[]): Problem => ({
  status: 404,
  code: 'not-found',
  detail: `There is no such route; under /agent/v1/ there are: ${names.join(', ')}.`,
});
