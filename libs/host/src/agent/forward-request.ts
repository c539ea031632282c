import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { logsHint } from '../logs-hint.js';
import { asSentence, onOneLine } from '../one-line.js';
import type { AgentLimits } from './agent-limits.js';
import { answerHeaders, framing, requestHeaders } from './forwarded-headers.js';
import { answerProblem } from './problem-answer.js';
import type { Problem } from './problem-answer.js';
import type { NoRoute, PluginAddress, Route } from './route-table.js';
import type { BackendLease, RestartingBackend } from './restarting-backend.js';

/** What an exchange with a back end is bounded by, and who asked for it. */
export interface Forwarding {
  readonly limits: AgentLimits;
  /** Whether the caller is a proxy whose word about the way before it is taken. */
  readonly isProxy: boolean;
}

/** Hands a request to a back end and its answer back, both while they arrive. Never throws. */
export function forwardRequest(
  request: IncomingMessage,
  answer: ServerResponse,
  to: { readonly address: PluginAddress; readonly route: Route },
  { limits, isProxy }: Forwarding,
): void {
  const lease = to.route.backend.lease();
  if (!lease) {
    answerProblem(answer, notRunning(to.route.backend, limits));
    return;
  }
  const { backend } = to.route.backend;
  const isTrusted = to.route.release.release.trust === 'trusted';
  const asked = lease.connection.open({
    method: request.method,
    path: to.address.rest,
    headers: {
      ...requestHeaders(request, { prefix: to.address.prefix, isProxy, isTrusted }),
      ...framing(request),
    },
  });
  const exchange = new Exchange(asked, answer, lease, isTrusted, (reason) =>
    failed(reason, to.route.backend, limits),
  );
  asked.once('response', (answered) => {
    exchange.passOn(answered, limits.silenceMs);
  });
  exchange.answerWithin(Math.max(limits.answerMs, backend.limits.callTimeoutMs + limits.answerGraceMs));
  if (isWithoutBody(request)) asked.end();
  else exchange.passIn(request);
}

const isWithoutBody = (request: IncomingMessage): boolean => Object.keys(framing(request)).length === 0;

/** Below it an answer only says that another one comes (RFC 9110, section 15.2). */
const firstFinalStatus = 200;

/** One request on its way to a back end: whatever happens first to either side ends it once, and gives the lease back. */
class Exchange {
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;

  constructor(
    private readonly asked: ClientRequest,
    private readonly answer: ServerResponse,
    private readonly lease: BackendLease,
    private readonly isTrusted: boolean,
    private readonly problemOf: (reason: 'timeout' | 'unreachable') => Problem,
  ) {
    asked.on('error', () => {
      this.fail('unreachable');
    });
    answer.once('close', () => {
      this.over();
    });
    lease.ended.addEventListener('abort', this.onEnded);
  }

  answerWithin(ms: number): void {
    this.timer = setTimeout(() => {
      this.fail('timeout');
    }, ms);
  }

  /** While a body arrives, the time for an answer begins anew. */
  passIn(request: IncomingMessage): void {
    const { asked } = this;
    request.on('data', () => this.timer?.refresh());
    request.pipe(asked);
    // Who still sends what the back end has answered already is let finish: broken off, he would not read the answer.
    asked.once('close', () => {
      request.unpipe(asked);
      request.resume();
    });
  }

  passOn(answered: IncomingMessage, silenceMs: number): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { answer } = this;
    const { statusCode = 0 } = answered;
    if (this.isOver || statusCode < firstFinalStatus) {
      answered.destroy();
      this.fail('unreachable');
      return;
    }
    // Without its reason phrase: Node reads more in one than it writes, and throws.
    answer.writeHead(statusCode, answerHeaders(answered, this.isTrusted));
    answer.flushHeaders();
    answered.setTimeout(silenceMs, () => answered.destroy());
    pipeline(answered, answer, (error) => {
      // The head is out: that the rest is missing can only be shown by breaking off.
      if (error) answer.destroy();
    });
  }

  private readonly onEnded = (): void => {
    this.asked.destroy(new Error('The back end was stopped.'));
  };

  private fail(reason: 'timeout' | 'unreachable'): void {
    if (this.isOver) return;
    answerProblem(this.answer, this.problemOf(reason));
    this.over();
  }

  private over(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    // What still arrives must not wind it up again.
    this.timer = undefined;
    this.lease.ended.removeEventListener('abort', this.onEnded);
    this.lease.release();
    // An answer that was read whole has given its connection back: this ends only one that was left in the middle.
    if (!this.answer.writableFinished) this.asked.destroy();
  }
}

/** The refusal for a back end that takes no request now. */
export function notRunning(backend: RestartingBackend, limits: AgentLimits): Problem {
  const { plugin, interface: name } = backend.backend;
  const what = `The back end of ${plugin} (interface "${name}")`;
  const retryAfterSeconds = backend.retryAfterSeconds;
  switch (backend.state) {
    case 'running':
      return {
        status: 503,
        code: 'backend-busy',
        detail: `${what} has ${limits.requestsPerBackend} requests under way, as many as it may; try again.`,
        retryAfterSeconds: 1,
      };
    case 'given-up':
      return {
        status: 503,
        code: 'backend-given-up',
        detail: `${what} failed again and again and is left alone until it is tried again: ${asSentence(onOneLine(backend.fault?.message ?? ''))} ${logsHint(plugin)}.`,
        retryAfterSeconds,
      };
    default:
      return {
        status: 503,
        code: 'backend-starting',
        detail: `${what} is being started; try again.${backend.fault ? ` It failed before: ${onOneLine(backend.fault.message)}` : ''}`,
        retryAfterSeconds,
      };
  }
}

function failed(reason: 'timeout' | 'unreachable', backend: RestartingBackend, limits: AgentLimits): Problem {
  const { plugin, limits: own } = backend.backend;
  if (reason === 'unreachable') {
    return {
      status: 502,
      code: 'backend-broke-off',
      detail: `The back end of ${plugin} ended or broke off before it answered; ${logsHint(plugin)}.`,
    };
  }
  const seconds = Math.max(limits.answerMs, own.callTimeoutMs + limits.answerGraceMs) / 1_000;
  return {
    status: 504,
    code: 'backend-timeout',
    detail: `The back end of ${plugin} did not begin to answer within ${seconds} s.`,
  };
}

const statuses: Readonly<Record<NoRoute['code'], number>> = {
  'plugin-not-found': 404,
  'version-not-served': 404,
  'interface-not-found': 404,
  'no-backend': 404,
};

/** The refusal for an address at which nothing is. */
export const noRoute = ({ code, message }: NoRoute): Problem => ({
  status: statuses[code],
  code,
  detail: message,
});

const closed = /^\/(?:mortise(?:\/|$)|(?:api\/v1\/)?admin\/shutdown\/?$)/;

/**
 * What is between the agent and a back end alone isn't forwarded from outside: its events, its shutdown. Nor are paths
 * that different readers would understand in different ways.
 */
export function refuseClosedPath(rest: string): Problem | undefined {
  const path = decodedPath(rest.split('?')[0] ?? '');
  if (path === undefined || /(?:^|\/)\.{1,2}(?:\/|$)|\\|\0/.test(path))
    return { status: 400, code: 'invalid-path', detail: 'The path holds "." or "..", or can\'t be decoded.' };
  if (!closed.test(path.replace(/\/{2,}/g, '/'))) return undefined;
  return { status: 404, code: 'not-forwarded', detail: 'That is between the agent and the back end alone.' };
}

function decodedPath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
