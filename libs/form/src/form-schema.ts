import { limits } from '#kernel';
import { conditionKinds } from './condition.js';
import { elementTypes } from './element-types.js';
import type { ElementType } from './element-types.js';
import { validationRules } from './validation.js';

type Schema = Readonly<Record<string, unknown>>;

/** JSON Schema 2020-12 of a form, made from the table that the checker uses; `definitions` belong under `$defs`. */
export function formSchema(): { form: Schema; definitions: Readonly<Record<string, Schema>> } {
  return {
    form: { type: 'array', minItems: 1, maxItems: limits.formNodes, items: { $ref: '#/$defs/element' } },
    definitions: {
      element: { type: 'object', required: ['type'], oneOf: Object.entries(elementTypes).map(elementSchema) },
      option: optionSchema,
      column: columnSchema,
      source: sourceSchema,
      cases: casesSchema,
      condition: conditionSchema(),
      validation: validationSchema(),
    },
  };
}

function elementSchema([type, { keys, required }]: [string, ElementType]): Schema {
  const properties = Object.fromEntries(Object.entries(keys).map(([key, { schema }]) => [key, schema]));
  return {
    title: type,
    properties: { type: { const: type }, ...properties },
    required: ['type', ...required],
    additionalProperties: false,
  };
}

const scalar = { type: ['string', 'number', 'boolean'] };

const optionSchema: Schema = {
  anyOf: [
    scalar,
    {
      type: 'object',
      properties: {
        value: scalar,
        label: { type: 'string' },
        help: { type: 'string' },
        selected: { type: 'boolean' },
      },
      required: ['value'],
      additionalProperties: false,
    },
  ],
};

const columnSchema: Schema = {
  type: 'object',
  properties: { name: { type: 'string' }, label: { type: 'string' } },
  required: ['name'],
  additionalProperties: false,
};

const sourceSchema: Schema = {
  type: 'object',
  properties: { operation: { type: 'string' }, depends_on: { type: 'array', items: { type: 'string' } } },
  required: ['operation'],
  additionalProperties: false,
};

const caseElements = { type: 'array', items: { $ref: '#/$defs/element' } };

const casesSchema: Schema = { type: 'object', additionalProperties: caseElements };

function conditionSchema(): Schema {
  const properties = Object.fromEntries(
    Object.entries(conditionKinds).map(([kind, { schema }]) => [kind, schema]),
  );
  return { type: 'object', properties, additionalProperties: false, minProperties: 1, maxProperties: 1 };
}

function validationSchema(): Schema {
  const properties = Object.fromEntries(
    Object.entries(validationRules).map(([rule, { schema }]) => [rule, schema]),
  );
  return {
    type: 'object',
    properties: { ...properties, message: { type: 'string', maxLength: limits.formHelpCharacters } },
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 2,
  };
}
