import type { ServerResponse } from 'node:http';

/** Why a request wasn't answered as it was meant to be. */
export interface Problem {
  readonly status: number;
  /** Stable, kebab-case. */
  readonly code: string;
  /** A sentence that says what to do. */
  readonly detail: string;
  readonly retryAfterSeconds?: number;
  /** Members beside these, in snake_case. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  421: 'Misdirected Request',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Thrown by whoever answers, to end it with a problem. */
export class RefusedRequest extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** The problem document (RFC 9457), as text. */
export function problemText({ status, code, detail, more }: Problem): string {
  return JSON.stringify({
    type: 'about:blank',
    title: titles[status] ?? 'Error',
    status,
    code,
    detail,
    ...more,
  });
}

/** Answers with a problem document; where an answer has begun, all that can be done is to break it off. */
export function answerProblem(answer: ServerResponse, problem: Problem): void {
  if (answer.headersSent) {
    answer.destroy();
    return;
  }
  answer.writeHead(problem.status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(problem.retryAfterSeconds === undefined ? {} : { 'retry-after': String(problem.retryAfterSeconds) }),
  });
  answer.end(problemText(problem));
}
