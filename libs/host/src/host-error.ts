export interface HostErrorOptions {
  /** What programs may want to know beside the sentence, in snake_case. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * Something that a host can't do, and its owner can understand and mostly mend. `code` is stable and kebab-case, `message`
 * is a sentence that says what to do. Anything else that the library throws is a bug, or the caller's own `AbortSignal`.
 */
export class HostError extends Error {
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: string,
    message: string,
    options: HostErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HostError';
    this.details = options.details ?? {};
  }
}

/** What anything that was thrown says. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
