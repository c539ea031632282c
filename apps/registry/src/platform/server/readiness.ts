import { setTimeout as wait } from 'node:timers/promises';
import { limits, RegistryError } from '#kernel';

/** Resolves with null when all is well, else with a sentence on what is being waited for. */
export type ReadinessCheck = () => Promise<string | null> | string | null;

/** What must hold before the store takes requests. Rooms add their own checks when they start. */
export class Readiness {
  private readonly checks = new Map<string, ReadinessCheck>();

  /** `name` is kebab-case, e.g. `search-index`. */
  add(name: string, check: ReadinessCheck): void {
    this.checks.set(name, check);
  }

  /** Runs every check: name to what is being waited for, null where nothing is. A check that throws, or takes long, is not met. */
  async ask(): Promise<Readonly<Record<string, string | null>>> {
    const answers = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await attempt(check)] as const),
    );
    return Object.fromEntries(answers);
  }
}

async function attempt(check: ReadinessCheck): Promise<string | null> {
  try {
    const isOver = new AbortController();
    const late = wait(limits.readinessMs, 'It takes too long to say.', { ref: false, signal: isOver.signal });
    late.catch(() => undefined);
    return await Promise.race([check(), late]).finally(() => isOver.abort());
  } catch (error) {
    return error instanceof RegistryError ? error.message : 'The check itself failed.';
  }
}
