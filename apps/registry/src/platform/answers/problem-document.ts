import { HttpException } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import { RegistryError } from '#kernel';
import { refusalStatus } from './refusal-status.js';

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

/** What frameworks refuse by themselves, in our words. */
const frameworkRefusals: Readonly<Record<number, { code: string; detail: string }>> = {
  400: {
    code: 'malformed-request',
    detail: 'The request could not be read: check its address, its headers and its body.',
  },
  404: { code: 'route-not-found', detail: 'There is nothing at this address: see /docs for what there is.' },
  405: { code: 'method-not-allowed', detail: 'This address does not take that method: see /docs.' },
  408: { code: 'request-timeout', detail: 'The request took too long to arrive: send it again.' },
  413: { code: 'body-too-large', detail: 'The body is larger than this route takes.' },
  414: { code: 'address-too-long', detail: 'The address is longer than any that the store has.' },
  415: {
    code: 'unsupported-media-type',
    detail:
      'This route does not take that Content-Type: JSON goes as application/json; what each takes is at /docs.',
  },
  431: { code: 'headers-too-large', detail: 'The headers of the request are larger than the store takes.' },
};

/** What is answered for `error`, whatever it is; a bug is told as no more than that. */
export function problemOf(error: unknown, requestId: string): ProblemDocument {
  if (error instanceof RegistryError) {
    return document(refusalStatus[error.kind], error.code, error.message, requestId, error.details);
  }
  const status = frameworkStatus(error);
  if (status !== undefined) return frameworkProblem(status, requestId);
  const sentence = 'Something broke on our side. The log has it under the request id.';
  return document(500, 'internal-error', sentence, requestId);
}

/** What is answered where a framework refuses with no more than a status. */
export function frameworkProblem(status: number, requestId: string): ProblemDocument {
  const { code, detail } = frameworkRefusals[status] ?? {
    code: 'refused',
    detail: 'The request was refused.',
  };
  return document(status, code, detail, requestId);
}

function document(
  status: number,
  code: string,
  detail: string,
  requestId: string,
  details: Readonly<Record<string, unknown>> = {},
): ProblemDocument {
  return {
    ...details,
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail,
    request_id: requestId,
  };
}

/** The status of what Nest or Fastify refuse by themselves; undefined for anything that is a bug of ours. */
function frameworkStatus(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (!(error instanceof Error) || !('statusCode' in error) || !('code' in error)) return undefined;
  const { statusCode, code } = error;
  const isFastifys = typeof code === 'string' && code.startsWith('FST_');
  return isFastifys && typeof statusCode === 'number' && statusCode < 500 ? statusCode : undefined;
}
