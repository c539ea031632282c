import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { notRunning } from './forward-request.js';
import type { Forwarding } from './forward-request.js';
import { answerHeaders, requestHeaders } from './forwarded-headers.js';
import { problemText } from './problem-answer.js';
import type { Problem } from './problem-answer.js';
import type { PluginAddress, Route } from './route-table.js';

/** Hands an upgrade (a WebSocket, as a rule) to a back end, and joins the two connections once that agrees. Never throws. */
export function forwardUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  to: { readonly address: PluginAddress; readonly route: Route },
  { limits, isProxy }: Forwarding,
): void {
  const lease = to.route.backend.lease();
  if (!lease) {
    refuseUpgrade(socket, notRunning(to.route.backend, limits));
    return;
  }
  const isTrusted = to.route.release.release.trust === 'trusted';
  const headers = {
    ...requestHeaders(request, { prefix: to.address.prefix, isProxy, isTrusted }),
    connection: 'Upgrade',
    upgrade: request.headers.upgrade ?? 'websocket',
  };
  const asked = lease.connection.open({ method: request.method, path: to.address.rest, headers });
  let joined: Duplex | undefined;
  const end = () => {
    lease.ended.removeEventListener('abort', end);
    lease.release();
    asked.destroy();
    joined?.destroy();
    socket.destroy();
  };
  lease.ended.addEventListener('abort', end);
  socket.once('close', end).on('error', end);
  asked.once('error', () => {
    const { plugin } = to.route.backend.backend;
    refuseUpgrade(socket, {
      status: 502,
      code: 'backend-broke-off',
      detail: `The back end of ${plugin} broke off before it agreed to the upgrade.`,
    });
  });
  asked.once('response', (answered) => {
    socket.write(
      headOf(answered.statusCode ?? 502, { ...answerHeaders(answered, isTrusted), connection: 'close' }),
    );
    answered.pipe(socket);
  });
  asked.once('upgrade', (answered, backendSocket, backendHead) => {
    socket.write(
      headOf(101, {
        ...answerHeaders(answered, isTrusted),
        connection: 'Upgrade',
        upgrade: answered.headers.upgrade ?? 'websocket',
      }),
    );
    joined = backendSocket;
    join(socket, backendSocket, limits.silenceMs, end);
    backendSocket.write(head);
    socket.write(backendHead);
  });
  asked.setTimeout(limits.answerMs, () => asked.destroy(new Error('No answer in time.')));
  asked.end();
}

function join(
  one: Duplex,
  other: Duplex & { setTimeout?(ms: number, then: () => void): void },
  silenceMs: number,
  end: () => void,
): void {
  other.setTimeout?.(silenceMs, end);
  other.once('close', end).on('error', end);
  one.pipe(other);
  other.pipe(one);
}

/** Refuses an upgrade in plain HTTP/1.1, and closes. */
export function refuseUpgrade(socket: Duplex, problem: Problem): void {
  if (socket.destroyed) return;
  const body = problemText(problem);
  const headers = {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...(problem.retryAfterSeconds === undefined ? {} : { 'retry-after': String(problem.retryAfterSeconds) }),
  };
  socket.end(headOf(problem.status, headers) + body);
}

function headOf(status: number, headers: OutgoingHttpHeaders): string {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${name}: ${String(one)}\r\n`),
  );
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`;
}
