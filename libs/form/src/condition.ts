import { limits } from '#kernel';
import type { FormComplaint } from './form-complaint.js';

type Schema = Readonly<Record<string, unknown>>;

const oneField: Schema = { type: 'object', minProperties: 1, maxProperties: 1 };
const conditions: Schema = {
  type: 'array',
  minItems: 1,
  maxItems: limits.formRows,
  items: { $ref: '#/$defs/condition' },
};

/** The words of `when`. A condition is data: a map with exactly one of them. */
export const conditionKinds: Readonly<Record<string, { readonly schema: Schema }>> = {
  equals: { schema: oneField },
  in: { schema: { ...oneField, additionalProperties: { type: 'array' } } },
  present: { schema: { type: 'string' } },
  not: { schema: { $ref: '#/$defs/condition' } },
  all: { schema: conditions },
  any: { schema: conditions },
};

export interface ConditionReading {
  /** The fields that it looks at. */
  readonly fields: readonly string[];
  readonly complaint: FormComplaint | undefined;
}

const wrong = (message: string): ConditionReading => ({
  fields: [],
  complaint: { code: 'condition-invalid', message },
});

/** Reads `when`: `{equals: {field: value}}`, `{in: {field: [values]}}`, `{present: field}`, and not, all, any. */
export function readCondition(condition: unknown, depth = 1): ConditionReading {
  if (depth > limits.formConditionDepth)
    return wrong(`Conditions nest at most ${limits.formConditionDepth} deep.`);
  if (!isMap(condition)) return wrong('A map such as {equals: {mode: manual}} is due here.');
  const entries = Object.entries(condition);
  const [entry] = entries;
  if (entries.length !== 1 || !entry || !Object.hasOwn(conditionKinds, entry[0])) {
    return wrong(`A condition has exactly one of ${Object.keys(conditionKinds).join(', ')}.`);
  }
  return readKind(entry[0], entry[1], depth);
}

function readKind(kind: string, value: unknown, depth: number): ConditionReading {
  if (kind === 'not') return readCondition(value, depth + 1);
  if (kind === 'present') {
    return typeof value === 'string'
      ? { fields: [value], complaint: undefined }
      : wrong('"present" names a field.');
  }
  if (kind === 'all' || kind === 'any') {
    if (!Array.isArray(value) || value.length === 0) return wrong(`"${kind}" has a list of conditions.`);
    const readings = value.slice(0, limits.formRows).map((one) => readCondition(one, depth + 1));
    const complaint = readings.find((reading) => reading.complaint)?.complaint;
    return { fields: readings.flatMap(({ fields }) => fields), complaint };
  }
  if (!isMap(value) || Object.keys(value).length !== 1)
    return wrong(`"${kind}" has one field and what it is compared with.`);
  const compared = Object.values(value)[0];
  if (kind === 'in' && !Array.isArray(compared)) return wrong('"in" compares a field with a list.');
  if (kind === 'equals' && typeof compared === 'object')
    return wrong('"equals" compares a field with a text, number or boolean.');
  return { fields: Object.keys(value), complaint: undefined };
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
