import { Catch } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { limits, RegistryError } from '#kernel';
import { unmarkKept } from '../callers/answering-database.guard.js';
import { withClientMembers } from './client-members.js';
import { Log } from '../server/log.js';
import { notFoundPage } from '../pages/not-found-page.js';
import { pagePolicy } from '../pages/send-page.js';
import { frameworkProblem, problemOf } from './problem-document.js';
import type { ProblemDocument } from './problem-document.js';
import { RouteTable } from '../server/route-table.js';

/** Answers everything that is thrown with `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: Log,
    private readonly routes: RouteTable,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = this.problemOf(error, request, reply);
    if (problem.status >= 500 && !(error instanceof RegistryError)) {
      this.log.error({ error, requestId: request.id, route: request.routeOptions.url }, 'a request failed');
    }
    if (reply.sent) return;
    if (problem.status === 401) reply.header('www-authenticate', challengeAt(request.url, problem.code));
    if (isPythons(request.url)) reply.raw.statusMessage = reasonPhrase(problem.detail);
    if (error instanceof RegistryError && error.retryAfterSeconds !== undefined) {
      reply.header('retry-after', String(error.retryAfterSeconds));
    }
    unmarkKept(reply);
    // What is still to come of the body would hold the connection.
    if (problem.status === 408) reply.header('connection', 'close');
    else if (!request.raw.complete) readAway(request.raw);
    const page = problem.status === 404 ? notFoundPage(request) : undefined;
    if (page !== undefined) {
      sendNotFound(reply, page);
      return;
    }
    reply
      .status(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(JSON.stringify(problem));
  }

  private problemOf(error: unknown, request: FastifyRequest, reply: FastifyReply): ProblemDocument {
    const problem = hasLeft(error, request)
      ? frameworkProblem(400, request.id)
      : this.orMethodNotAllowed(problemOf(error, request.id), request, reply);
    return withClientMembers(problem, request.url);
  }

  /** Where there is a route for another method, a missing route is a method that is not allowed. */
  private orMethodNotAllowed(
    problem: ProblemDocument,
    request: FastifyRequest,
    reply: FastifyReply,
  ): ProblemDocument {
    if (problem.code !== 'route-not-found') return problem;
    const methods = this.routes.methodsOf(request.url.split('?', 1)[0] ?? '');
    if (methods.length === 0 || methods.includes(request.method)) return problem;
    reply.header('allow', methods.join(', '));
    return frameworkProblem(405, request.id);
  }
}

const sendNotFound = (reply: FastifyReply, page: string): void =>
  void reply
    .status(404)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': pagePolicy,
      'cache-control': 'no-store',
      vary: 'accept',
    })
    .send(page);

/** pip, twine and uv show their users the reason phrase, and know no scheme but Basic. */
const isPythons = (url: string): boolean => url.startsWith('/pypi/');

/** npm tells its user by it what was wrong: the network, the password, or the token. */
function challengeAt(url: string, code: string): string {
  if (code === 'network-not-allowed' && url.startsWith('/npm/')) return 'ipaddress';
  const isPassword = isPythons(url) || (code === 'sign-in-failed' && url.startsWith('/npm/'));
  return `${isPassword ? 'Basic' : 'Bearer'} realm="mortise"`;
}

/** A sentence as HTTP/1.1 allows one behind the status: one line of ASCII. */
const reasonPhrase = (sentence: string): string =>
  sentence
    .replaceAll('…', '...')
    .replaceAll('’', "'")
    .replace(/[^\x20-\x7e]+/g, '?')
    .slice(0, limits.reasonPhraseCharacters);

/**
 * Who is cut off while they send might never see why they were refused. So the rest is read, but no more than a publish may
 * have: nobody sends that in good faith.
 */
function readAway(body: IncomingMessage): void {
  let bytes = 0;
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limits.publishBytes) body.destroy();
  });
}

/** Whether the caller went away while the request was read: nobody's fault here, and nobody hears the answer. */
const hasLeft = (error: unknown, request: FastifyRequest): boolean =>
  request.raw.destroyed && error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
