import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait before something is tried again: it doubles from the first to the last. */
export interface Backoff {
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * Milliseconds before the try that follows so many failures. A random half of the time is left away, so that what
 * failed together isn't tried together.
 */
export function backoffMs({ firstMs, lastMs }: Backoff, failures: number, random = Math.random): number {
  const whole = Math.min(lastMs, firstMs * 2 ** Math.min(Math.max(failures - 1, 0), 30));
  return Math.round(whole / 2 + (whole / 2) * random());
}

/** Waits, or until the signal; never throws. False when the signal ended it. */
export async function wait(ms: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return false;
  try {
    await sleep(ms, undefined, signal ? { signal, ref: false } : { ref: false });
    return true;
  } catch {
    return false;
  }
}
