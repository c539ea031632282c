import { RegistryError } from '#kernel';
import type { RefusalKind } from '#kernel';
import { isDamage } from './index-damaged.js';

export interface CallMessage {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

/** A failure as it crosses between threads, where classes are lost. */
export interface Failure {
  readonly message: string;
  readonly stack: string | undefined;
  /** Whether the index file is at fault. */
  readonly isDamage: boolean;
  readonly refusal: {
    readonly kind: RefusalKind;
    readonly code: string;
    readonly details: Readonly<Record<string, unknown>>;
    readonly retryAfterSeconds: number | undefined;
  } | null;
}

export type AnswerMessage =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly failure: Failure };

export function toFailure(error: unknown): Failure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (!(error instanceof RegistryError)) return { message, stack, isDamage: isDamage(error), refusal: null };
  const { kind, code, details, retryAfterSeconds } = error;
  return { message, stack, isDamage: false, refusal: { kind, code, details, retryAfterSeconds } };
}

/** The file that a thread works on is damaged. */
export class DamageReported extends Error {}

export function fromFailure({ message, stack, isDamage: damaged, refusal }: Failure): Error {
  if (refusal !== null) {
    const { kind, code, details, retryAfterSeconds } = refusal;
    const options = retryAfterSeconds === undefined ? { details } : { details, retryAfterSeconds };
    return new RegistryError(kind, code, message, options);
  }
  const error = damaged ? new DamageReported(message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
