/** What sort of refusal it is. The HTTP status of each is decided in one table, in the problem filter. */
export type RefusalKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'precondition-failed'
  | 'too-slow'
  | 'too-large'
  | 'unsupported-media-type'
  | 'not-acceptable'
  | 'unprocessable'
  | 'range-not-satisfiable'
  | 'too-many-requests'
  | 'unavailable';

export interface RefusalOptions {
  /** Members that the problem document carries beside its sentence, in snake_case, e.g. `problems`. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** For `too-many-requests` and `unavailable`: how long the caller should wait. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/**
 * A refusal: something the caller can understand and mostly mend. `code` is stable and kebab-case,
 * `message` is a sentence that says what to do. Anything else that is thrown is a bug.
 */
export class RegistryError extends Error {
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly kind: RefusalKind,
    readonly code: string,
    message: string,
    options: RefusalOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
