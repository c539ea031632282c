import { setTimeout as pause } from 'node:timers/promises';

/** Far longer than what a test waits for takes on a slow and busy machine, and shorter than what jest gives a test. */
const usualMs = 30_000;
const everyMs = 20;

/** Asks again and again, while the check throws or answers with `false`; resolves to any other answer. */
export async function eventually<Answer>(
  check: () => Answer | Promise<Answer>,
  withinMs = usualMs,
): Promise<Exclude<Answer, false>> {
  for (const end = performance.now() + withinMs; ; await pause(everyMs)) {
    const isLast = performance.now() > end;
    try {
      const answer = await check();
      if (answer !== false) return answer as Exclude<Answer, false>;
    } catch (error) {
      if (isLast) throw error;
    }
    if (isLast) throw new Error(`It did not come to pass: ${String(check)}`);
  }
}
