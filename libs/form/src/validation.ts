import { limits } from '#kernel';
import { textFormats } from './element-types.js';
import type { FormComplaint } from './form-complaint.js';
import { flagKey, numberKey, textKey, wordKey } from './key-rule.js';
import type { KeyRule } from './key-rule.js';
import { patternComplaint } from './pattern.js';

const amount = numberKey();

function boundsKey(): KeyRule {
  return {
    schema: {
      type: 'object',
      properties: { min: { type: 'number' }, max: { type: 'number' } },
      additionalProperties: false,
      minProperties: 1,
    },
    complaint: (value) =>
      isBounds(value)
        ? undefined
        : { code: 'form-value-invalid', message: 'A map {min, max} is due here, with min not above max.' },
  };
}

function isBounds(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { min, max, ...rest } = value as Record<string, unknown>;
  if (Object.keys(rest).length > 0 || (min === undefined && max === undefined)) return false;
  if (min !== undefined && amount.complaint(min)) return false;
  if (max !== undefined && amount.complaint(max)) return false;
  return !(typeof min === 'number' && typeof max === 'number' && min > max);
}

/** The checks that a form may ask of an answer. None is an expression: each is data. */
export const validationRules: Readonly<Record<string, KeyRule>> = {
  length: boundsKey(),
  range: boundsKey(),
  items: boundsKey(),
  modulo: numberKey(Number.MIN_VALUE),
  pattern: { schema: { type: 'string', format: 'regex' }, complaint: patternComplaint },
  format: wordKey(textFormats),
  allowed: {
    schema: { type: 'array', minItems: 1, maxItems: limits.formOptions },
    complaint: (value) =>
      Array.isArray(value) && value.length > 0 && value.length <= limits.formOptions
        ? undefined
        : { code: 'form-value-invalid', message: `A list of 1 to ${limits.formOptions} values is due here.` },
  },
  not_empty: flagKey,
  unique: flagKey,
};

const message = textKey(limits.formHelpCharacters);

/** What is wrong with one item of `validate`: it has one rule and, if it likes, a message. */
export function validationComplaint(validation: unknown): FormComplaint | undefined {
  const rules = Object.keys(validationRules).join(', ');
  if (typeof validation !== 'object' || validation === null || Array.isArray(validation)) {
    return { code: 'form-value-invalid', message: `A map with one of ${rules}, and a message, is due here.` };
  }
  const entries = Object.entries(validation).filter(([key]) => key !== 'message');
  const [entry] = entries;
  if (entries.length !== 1 || !entry || !Object.hasOwn(validationRules, entry[0])) {
    return { code: 'form-value-invalid', message: `Each validation has exactly one of ${rules}.` };
  }
  const said = (validation as { message?: unknown }).message;
  return (
    validationRules[entry[0]]?.complaint(entry[1]) ??
    (said === undefined ? undefined : message.complaint(said))
  );
}
