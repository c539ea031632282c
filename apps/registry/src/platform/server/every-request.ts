import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { entityTagOf, namesTag } from '../answers/entity-tag.js';
import type { Places } from './in-flight.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import type { RouteTable } from './route-table.js';

interface Surroundings {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly places: Places;
  readonly mostInFlight: number;
  readonly routes: RouteTable;
}

/** Pages of the store set a policy of their own; everything else may do nothing in a browser. */
const headers: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

const readable = /^\/(?:api\/|npm(?:\/|$)|pypi\/|web\/|\.well-known\/|openapi\.json)/;
const quiet = /^\/(?:health\/|metrics)/;

/** What every request meets, before and after its route: an id, headers, a place, a line in the log, a figure. */
export function meetEveryRequest(fastify: FastifyInstance, around: Surroundings): void {
  fastify.addHook('onRequest', (request, reply, next) => {
    reply.header('x-request-id', request.id).headers(headers);
    if (isReading(request)) openToBrowsers(reply);
    if (request.method === 'OPTIONS' && answerOptions(request, reply, around.routes)) return;
    try {
      around.places.enter(around.mostInFlight);
      reply.raw.on('close', around.places.leave);
    } catch (error) {
      next(error as Error);
      return;
    }
    next();
  });
  fastify.addHook('onSend', (request, reply, payload, next) => {
    next(null, isTagged(request, reply, payload) ? null : payload);
  });
  fastify.addHook('onResponse', (request, reply, next) => {
    // What a refusal left unread of a body stands before the next request of the connection.
    if (!request.raw.complete) request.raw.resume();
    const route = request.routeOptions.url ?? 'unmatched';
    const { statusCode: status, elapsedTime } = reply;
    around.metrics.observe(request.method, route, status, elapsedTime / 1000);
    around.log.answered(quiet.test(route) ? 'debug' : 'info', {
      requestId: request.id,
      method: request.method,
      route,
      status,
      ms: Math.round(elapsedTime * 10) / 10,
    });
    next();
  });
}

/** Gives every read that has no ETag of its own one by its bytes; whether the caller has these already. */
function isTagged(request: FastifyRequest, reply: FastifyReply, payload: unknown): boolean {
  if (reply.statusCode !== 200 || reply.hasHeader('etag') || typeof payload !== 'string') return false;
  if (request.method === 'OPTIONS' || !isReading(request)) return false;
  const tag = entityTagOf(payload);
  reply.header('etag', tag);
  if (!namesTag(request.headers['if-none-match'], tag)) return false;
  reply.code(304).removeHeader('content-length').removeHeader('content-type');
  return true;
}

const isReading = (request: FastifyRequest): boolean =>
  (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') &&
  readable.test(request.url);

/**
 * Any page may read what the caller may read, by a credential that it has itself: a browser lets no page read by a cookie
 * where all origins are allowed.
 */
function openToBrowsers(reply: FastifyReply): void {
  reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', exposedHeaders);
}

const exposedHeaders = 'ETag, Location, Retry-After, X-Request-Id';
const preflightSeconds = '86400';

/** Answers OPTIONS where there is a route; whatever else is asked there goes on to its 404. */
function answerOptions(request: FastifyRequest, reply: FastifyReply, routes: RouteTable): boolean {
  const methods = routes.methodsOf(request.url.split('?', 1)[0] ?? '');
  if (methods.length === 0) return false;
  reply.header('allow', methods.join(', '));
  if (isReading(request)) {
    reply
      .header('access-control-allow-methods', 'GET, HEAD')
      .header('access-control-allow-headers', 'Authorization, If-None-Match, X-Request-Id')
      .header('access-control-max-age', preflightSeconds);
  }
  reply.status(204).send();
  return true;
}
