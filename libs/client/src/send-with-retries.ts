import { setTimeout as pause } from 'node:timers/promises';
import { clientLimits } from './client-limits.js';
import { sendOnce } from './send-once.js';
import type { IncomingAnswer, OutgoingRequest } from './send-once.js';
import { StoreUnreachable } from './store-unreachable.js';

/** For a time: a proxy whose store restarts, or a store that is full. */
const passing = [429, 502, 503, 504];
/** With `Retry-After` these say that nothing was done; what a proxy says of a store that was silent doesn't. */
const undone = [429, 503];

/**
 * Sends, and sends again where that can't do harm: after 429 and 503 that say `Retry-After` (the store did nothing),
 * and, where the same again has no further effect, after no answer or a passing one. Bounded in number and time.
 */
export async function sendWithRetries(
  request: OutgoingRequest,
  isRepeatable: boolean,
): Promise<IncomingAnswer> {
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt >= clientLimits.attempts;
    let waitMs = pauseBefore(attempt);
    try {
      const answer = await sendOnce(request);
      const asked = retryAfterMs(answer.headers);
      const mayRepeat = isRepeatable || (asked !== undefined && undone.includes(answer.status));
      if (isLast || !passing.includes(answer.status) || !mayRepeat) return answer;
      if (asked !== undefined && asked > clientLimits.pauseMs) return answer;
      waitMs = Math.max(waitMs, asked ?? 0);
      await answer.cancel();
    } catch (error) {
      if (isLast || !isRepeatable || !(error instanceof StoreUnreachable)) throw error;
    }
    await pause(waitMs, undefined, { signal: request.signal });
  }
}

const pauseBefore = (attempt: number): number =>
  clientLimits.firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);

/** Seconds or a date (RFC 9110, 10.2.3), in milliseconds from now; undefined where there is none. */
export function retryAfterMs(headers: Headers): number | undefined {
  const written = headers.get('retry-after');
  if (written === null) return undefined;
  if (/^\d{1,9}$/.test(written)) return Number(written) * 1000;
  const at = Date.parse(written);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
