import { StoreProblem, StoreUnreachable } from '#client';

/** Whether the store may say otherwise later: it is away or overloaded, it broke, or it doesn't take this host's key now. */
export const isPassing = (error: unknown): boolean =>
  error instanceof StoreUnreachable ||
  (error instanceof StoreProblem && (error.status >= 500 || error.status === 429 || error.status === 401));
