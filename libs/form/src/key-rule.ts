import { closestWord } from '#kernel';
import { contentComplaint } from './content.js';
import type { FormComplaint } from './form-complaint.js';

/** What may stand under a key of an element: for the checker and, as JSON Schema, for editors. */
export interface KeyRule {
  readonly schema: Readonly<Record<string, unknown>>;
  complaint(value: unknown): FormComplaint | undefined;
}

const wrongType = (what: string): FormComplaint => ({
  code: 'form-value-invalid',
  message: `${what} is due here.`,
});

/** A text that is shown or kept, never run: neither markup nor template expressions. */
export function textKey(maxCharacters: number, more: { markdown?: boolean } = {}): KeyRule {
  return {
    schema: { type: 'string', maxLength: maxCharacters },
    complaint(value) {
      if (typeof value !== 'string') return { ...wrongType('A text'), fix: quotedFix(value) };
      if (value.length > maxCharacters) {
        const message = `It has ${value.length} characters; at most ${maxCharacters} are allowed.`;
        return { code: 'text-too-long', message };
      }
      return contentComplaint(value, more.markdown === true);
    },
  };
}

const quotedFix = (value: unknown): string | undefined =>
  typeof value === 'number' || typeof value === 'boolean' ? JSON.stringify(String(value)) : undefined;

export function wordKey(words: readonly string[]): KeyRule {
  return {
    schema: { enum: words },
    complaint(value) {
      if (typeof value === 'string' && words.includes(value)) return undefined;
      const fix = typeof value === 'string' ? closestWord(value, words) : undefined;
      return { code: 'not-one-of', message: `It is one of ${words.join(', ')}.`, fix };
    },
  };
}

export const flagKey: KeyRule = {
  schema: { type: 'boolean' },
  complaint(value) {
    if (typeof value === 'boolean') return undefined;
    const meant =
      typeof value === 'string'
        ? /^(?:yes|on|y)$/i.test(value)
          ? 'true'
          : /^(?:no|off|n)$/i.test(value)
            ? 'false'
            : undefined
        : undefined;
    return { code: 'not-boolean', message: 'true or false is due here.', fix: meant };
  },
};

/** The number that stands in quotes. */
export const meantNumber = (value: unknown): string | undefined =>
  typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? value : undefined;

export function numberKey(min = -Number.MAX_VALUE, max = Number.MAX_VALUE): KeyRule {
  return {
    schema: { type: 'number', ...bounds(min, max) },
    complaint: (value) =>
      typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max
        ? undefined
        : wrongNumber('A number', min, max, value),
  };
}

export function integerKey(min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER): KeyRule {
  return {
    schema: { type: 'integer', ...bounds(min, max) },
    complaint: (value) =>
      typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
        ? undefined
        : wrongNumber('A whole number', min, max, value),
  };
}

function wrongNumber(what: string, min: number, max: number, value: unknown): FormComplaint {
  const fix = meantNumber(value);
  const quotes = fix === undefined ? '' : ', without quotes,';
  return { ...wrongType(`${what}${between(min, max)}${quotes}`), fix };
}

const isBound = (limit: number): boolean => Math.abs(limit) < Number.MAX_SAFE_INTEGER;

function bounds(min: number, max: number): Record<string, number> {
  return { ...(isBound(min) ? { minimum: min } : {}), ...(isBound(max) ? { maximum: max } : {}) };
}

function between(min: number, max: number): string {
  if (isBound(min) && isBound(max)) return ` from ${min} to ${max}`;
  return isBound(min) ? ` from ${min}` : '';
}

/** A text that must look a certain way. */
export function patternKey(
  pattern: RegExp,
  maxCharacters: number,
  what: string,
  mend: (value: string) => string = (value) => value,
): KeyRule {
  return {
    schema: { type: 'string', maxLength: maxCharacters, pattern: pattern.source },
    complaint(value) {
      if (typeof value !== 'string' || value.length > maxCharacters) return wrongType(what);
      if (pattern.test(value)) return undefined;
      const mended = mend(value);
      return { ...wrongType(what), ...(pattern.test(mended) ? { fix: mended } : {}) };
    },
  };
}

export function textListKey(maxItems: number, maxCharacters: number): KeyRule {
  const item = textKey(maxCharacters);
  return {
    schema: { type: 'array', maxItems, items: item.schema },
    complaint(value) {
      if (!Array.isArray(value)) return wrongType('A list of texts');
      if (value.length > maxItems)
        return { code: 'list-too-long', message: `At most ${maxItems} items are allowed.` };
      return value.map((one) => item.complaint(one)).find((complaint) => complaint !== undefined);
    },
  };
}

/** Anything; what it has to be is decided elsewhere, where more is known. */
export function anyKey(schema: Readonly<Record<string, unknown>> = {}): KeyRule {
  return { schema, complaint: () => undefined };
}
