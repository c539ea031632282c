import { clientLimits } from './client-limits.js';
import type { IncomingAnswer } from './send-once.js';
import { retryAfterMs } from './send-with-retries.js';
import { StoreProblem } from './store-problem.js';
import type { ProblemDetail } from './store-problem.js';

/** All of an answer's bytes; throws StoreProblem `answer-too-large` beyond what is kept in memory. */
export async function readBytes(answer: IncomingAnswer): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.length;
    if (size > clientLimits.answerBytes) {
      throw new StoreProblem({
        status: answer.status,
        code: 'answer-too-large',
        detail: `The answer is larger than ${String(clientLimits.answerBytes)} bytes: it is not kept in memory.`,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export async function readJson(answer: IncomingAnswer): Promise<unknown> {
  const text = (await readBytes(answer)).toString();
  try {
    return JSON.parse(text);
  } catch {
    throw unexpected(answer.status, 'is not JSON');
  }
}

const unexpected = (status: number, what: string): StoreProblem =>
  new StoreProblem({
    status,
    code: 'unexpected-answer',
    detail: `The answer (${String(status)}) ${what}: is this the address of a Mortise store?`,
  });

/** What an answer that is no success says. */
export async function problemOf(answer: IncomingAnswer): Promise<StoreProblem> {
  const { status, headers, movedTo } = answer;
  if (status === 401 && movedTo !== undefined) return moved(answer, movedTo);
  if (status >= 300 && status < 400) return moved(answer, headers.get('location') ?? 'elsewhere');
  const text = (await readBytes(answer)).toString();
  const document = parseObject(text);
  if (typeof document?.['code'] !== 'string' || typeof document['detail'] !== 'string') {
    return unexpected(status, 'is not a problem document');
  }
  const retry = retryAfterMs(headers);
  const requestId = document['request_id'];
  return new StoreProblem({
    status,
    code: document['code'],
    detail: document['detail'],
    problems: problemsIn(document['problems']),
    document,
    ...(typeof requestId === 'string' && { requestId }),
    ...(retry !== undefined && { retryAfterMs: retry }),
  });
}

async function moved(answer: IncomingAnswer, to: string): Promise<StoreProblem> {
  await answer.cancel();
  return new StoreProblem({
    status: answer.status,
    code: 'moved',
    detail: `The store sends on to ${to}: use that address.`,
  });
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function problemsIn(value: unknown): ProblemDetail[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((problem: unknown) => {
    if (typeof problem === 'string') return [{ message: problem }];
    const named = problem as { message?: unknown; detail?: unknown } | null;
    const message = named?.message ?? named?.detail;
    return typeof message === 'string' ? [{ ...(problem as object), message }] : [];
  });
}
