import { limits } from '#kernel';
import type { FormComplaint } from './form-complaint.js';
import { flagKey, textKey } from './key-rule.js';
import type { KeyRule } from './key-rule.js';

const wrong = (message: string): FormComplaint => ({ code: 'form-value-invalid', message });

const label = textKey(limits.formLabelCharacters);
const anyText = textKey(limits.formAreaCharacters);

/** Where options or rows come from when they aren't written down. */
export const sourceKey: KeyRule = {
  schema: { $ref: '#/$defs/source' },
  complaint(source) {
    const operation =
      typeof source === 'object' && source !== null && 'operation' in source ? source.operation : undefined;
    if (typeof operation === 'string' && /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(operation)) return undefined;
    return wrong(
      'They come from an operation of the plugin itself, never from an address: {operation: list_regions}.',
    );
  },
};

/** The columns of a table. */
export const columnsKey: KeyRule = {
  schema: { type: 'array', minItems: 1, maxItems: limits.formRows, items: { $ref: '#/$defs/column' } },
  complaint(columns) {
    if (!Array.isArray(columns) || columns.length === 0 || columns.length > limits.formRows)
      return wrong(
        `A list of 1 to ${limits.formRows} columns is due here, e.g. [{name: id, label: Number}].`,
      );
    return columns.map(columnComplaint).find((complaint) => complaint !== undefined);
  },
};

function columnComplaint(column: unknown): FormComplaint | undefined {
  if (typeof column !== 'object' || column === null || Array.isArray(column))
    return wrong('A column is a map with a name, e.g. {name: id, label: Number}.');
  const { name, label: shown, ...rest } = column as Record<string, unknown>;
  const [stranger] = Object.keys(rest);
  if (stranger !== undefined)
    return { code: 'unknown-key', message: `"${stranger}" isn't a key of a column; known are name, label.` };
  return label.complaint(name) ?? (shown === undefined ? undefined : label.complaint(shown));
}

export const rowsKey: KeyRule = {
  schema: { type: 'array', maxItems: limits.formOptions },
  complaint: (rows) =>
    Array.isArray(rows) && rows.length <= limits.formOptions
      ? undefined
      : wrong(`A list of at most ${limits.formOptions} rows is due here.`),
};

/** Whether an action asks before it starts, or with which words. */
export const confirmKey: KeyRule = {
  schema: { type: ['boolean', 'string'] },
  complaint: (value) => (typeof value === 'string' ? label.complaint(value) : flagKey.complaint(value)),
};

/** What a hidden element holds. */
export const constantKey: KeyRule = {
  schema: { type: ['string', 'number', 'boolean'] },
  complaint(value) {
    if (typeof value === 'string') return anyText.complaint(value);
    return typeof value === 'number' || typeof value === 'boolean'
      ? undefined
      : wrong('A text, a number, true or false is due here.');
  },
};
