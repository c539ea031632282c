import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { isWithinNetworks } from '#access';
import { limits } from '#kernel';
import { UnreadBody } from '../requests/body.guard.js';
import { collectBody } from '../requests/collect-body.js';
import { notJson } from '../requests/not-json.js';
import { npmAddress } from '../requests/npm-address.js';
import { formType, tarTypes, yamlTypes } from '../requests/media-type.js';
import { withClientMembers } from '../answers/client-members.js';
import { frameworkProblem, problemOf } from '../answers/problem-document.js';
import type { ProblemDocument } from '../answers/problem-document.js';
import { readsOwnBody } from '../requests/reads-own-body.js';
import { requestId } from './request-id.js';

/**
 * The web server, with every limit on what a stranger may send before a route is found. Who calls is the last in
 * `X-Forwarded-For` that is none of the proxies.
 */
export function makeAdapter(trustedProxies: readonly string[]): FastifyAdapter {
  const adapter = new FastifyAdapter({
    logger: false,
    genReqId: requestId,
    requestIdHeader: false,
    trustProxy: (address) => isWithinNetworks(address, trustedProxies),
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: limits.slowRequestCheckMs,
    },
    rewriteUrl: ({ url = '/' }) => npmAddress(url),
    routerOptions: { maxParamLength: limits.pathParameterCharacters },
    forceCloseConnections: 'idle',
    // What comes in on a kept connection while the store stops is still answered.
    return503OnClosing: false,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      refuse(reply, withClientMembers(problemOf(error, request.id), request.url)),
    clientErrorHandler: refuseUnreadable,
  });
  const fastify = adapter.getInstance();
  fastify.removeContentTypeParser(['text/plain', 'application/json']);
  // Multipart and archives are left to whoever reads the stream.
  fastify.addContentTypeParser(['multipart/form-data', ...tarTypes], (_request, payload, done) =>
    done(null, payload),
  );
  takeAsWritten(fastify, [...yamlTypes, 'text/plain'], limits.descriptorBytes);
  takeAsWritten(fastify, [formType], limits.jsonBodyBytes);
  takeJson(fastify);
  return adapter;
}

function takeAsWritten(fastify: FastifyInstance, types: string[], maxBytes: number): void {
  fastify.addContentTypeParser(types, (request, _payload, done) =>
    done(null, new UnreadBody(() => collectBody(request, maxBytes))),
  );
}

/** Fastify's own parser, but that it says of broken JSON where it breaks, and passes by routes that read it themselves. */
function takeJson(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  const parseText = promisify<FastifyRequest, string, unknown>(parse as never);
  const read = async (request: FastifyRequest): Promise<unknown> => {
    const text = (await collectBody(request, limits.jsonBodyBytes)).toString();
    try {
      return await parseText(request, text);
    } catch {
      throw notJson(text);
    }
  };
  fastify.addContentTypeParser('application/json', (request, _payload, done) =>
    done(null, readsOwnBody(request) ? undefined : new UnreadBody(() => read(request))),
  );
}

const problemType = 'application/problem+json; charset=utf-8';

/** The router refuses before any hook has run: a path that can't be decoded, a part of it that is too long. */
function refuse(reply: FastifyReply, problem: ProblemDocument): void {
  void reply
    .status(problem.status)
    .headers({
      'content-type': problemType,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': problem.request_id,
    })
    .send(JSON.stringify(problem));
}

const statusOfParserError: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** What is no HTTP request at all, or came too slowly: answered on the bare socket, which is then closed. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) {
    const problem = frameworkProblem(statusOfParserError[error.code ?? ''] ?? 400, 'none');
    const body = JSON.stringify(problem);
    socket.write(
      `HTTP/1.1 ${problem.status} ${problem.title}\r\nConnection: close\r\nContent-Type: ${problemType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
  socket.destroy(error);
}
