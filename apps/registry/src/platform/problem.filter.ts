import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import { RegistryError } from '#kernel';
import { Log } from './log.js';
import { refusalStatus } from './refusal-status.js';

/** What frameworks refuse by themselves, in our words. */
const frameworkRefusals: Readonly<Record<number, { code: string; detail: string }>> = {
  400: {
    code: 'malformed-request',
    detail: 'The request could not be read: check its body and its headers.',
  },
  404: { code: 'route-not-found', detail: 'There is nothing at this address: see /docs for what there is.' },
  405: { code: 'method-not-allowed', detail: 'This address does not take that method: see /docs.' },
  413: { code: 'body-too-large', detail: 'The body is larger than this route takes.' },
  414: { code: 'address-too-long', detail: 'The address is longer than any that the store has.' },
  415: { code: 'unsupported-media-type', detail: 'This route does not take that Content-Type: see /docs.' },
};

/** A problem document (RFC 9457) with our stable `code`. */
export interface ProblemDocument {
  type: 'about:blank';
  title: string;
  status: number;
  code: string;
  detail: string;
  request_id: string;
  [member: string]: unknown;
}

/** Answers everything that is thrown with `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = this.describe(error, request);
    if (problem.status >= 500 && !(error instanceof RegistryError)) {
      this.log.error({ error, requestId: request.id, route: request.routeOptions.url }, 'a request failed');
    }
    if (reply.sent) return;
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="mortise"');
    if (error instanceof RegistryError && error.retryAfterSeconds !== undefined) {
      reply.header('retry-after', String(error.retryAfterSeconds));
    }
    reply
      .status(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(JSON.stringify(problem));
  }

  private describe(error: unknown, request: FastifyRequest): ProblemDocument {
    if (error instanceof RegistryError) {
      return this.document(refusalStatus[error.kind], error.code, error.message, request, error.details);
    }
    const status = frameworkStatus(error);
    if (status === undefined) {
      return this.document(
        500,
        'internal-error',
        'Something broke on our side. The log has it under the request id.',
        request,
      );
    }
    const refusal = frameworkRefusals[status] ?? { code: 'refused', detail: 'The request was refused.' };
    return this.document(status, refusal.code, refusal.detail, request);
  }

  private document(
    status: number,
    code: string,
    detail: string,
    request: FastifyRequest,
    details: Readonly<Record<string, unknown>> = {},
  ): ProblemDocument {
    return {
      ...(request.url.startsWith('/oauth/') ? oauthMembers(status, detail) : {}),
      ...details,
      type: 'about:blank',
      title: STATUS_CODES[status] ?? 'Error',
      status,
      code,
      detail,
      request_id: request.id,
    };
  }
}

/** What RFC 6749 (section 5.2) and RFC 6750 (section 3.1) call it, for clients that speak OAuth. */
function oauthMembers(status: number, detail: string): { error: string; error_description: string } {
  const errors: Readonly<Record<number, string>> = {
    401: 'invalid_client',
    403: 'insufficient_scope',
    429: 'temporarily_unavailable',
    500: 'server_error',
    503: 'temporarily_unavailable',
  };
  return { error: errors[status] ?? 'invalid_request', error_description: detail };
}

/** The status of what Nest or Fastify refuse by themselves; undefined for anything that is a bug of ours. */
function frameworkStatus(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (!(error instanceof Error) || !('statusCode' in error) || !('code' in error)) return undefined;
  const { statusCode, code } = error;
  const isFastifys = typeof code === 'string' && code.startsWith('FST_');
  return isFastifys && typeof statusCode === 'number' && statusCode < 500 ? statusCode : undefined;
}
