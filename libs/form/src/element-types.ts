import { limits } from '#kernel';
import { columnsKey, confirmKey, constantKey, rowsKey, sourceKey } from './data-keys.js';
import {
  anyKey,
  flagKey,
  integerKey,
  numberKey,
  patternKey,
  textKey,
  textListKey,
  wordKey,
} from './key-rule.js';
import type { KeyRule } from './key-rule.js';
import { patternComplaint } from './pattern.js';

const elementName = /^[a-z][a-z0-9_]*$/;

/** Built-in checks of a text that a form can name; an address is checked, never fetched. */
export const textFormats =
  'email url hostname ip cidr port mac cron timezone semver color date time date-time duration json code'.split(
    ' ',
  );

const listOf = (definition: string, maxItems: number): KeyRule =>
  anyKey({ type: 'array', maxItems, items: { $ref: `#/$defs/${definition}` } });

const help = textKey(limits.formHelpCharacters, { markdown: true });
const label = textKey(limits.formLabelCharacters);
const name = patternKey(
  elementName,
  limits.formNameCharacters,
  'A name of lower-case letters, digits and _, starting with a letter, e.g. keep_days,',
  (written) =>
    written
      .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
      .replace(/[-. ]+/g, '_')
      .toLowerCase(),
);
const when = anyKey({ $ref: '#/$defs/condition' });
const scalarDefault = anyKey({ type: ['string', 'number', 'boolean'] });
const pattern: KeyRule = {
  schema: { type: 'string', format: 'regex', maxLength: limits.formPatternCharacters },
  complaint: patternComplaint,
};
const address = patternKey(
  /^https?:\/\/[^\s<>"{}\\^`]+$/i,
  limits.descriptorUrlCharacters,
  'An http or https address, e.g. https://example.org,',
  (written) => (/^[\w-]+(?:\.[\w-]+)+(?:\/|$)/.test(written) ? `https://${written}` : written),
);
const operation = patternKey(
  /^[A-Za-z_][A-Za-z0-9_.-]*$/,
  limits.formNameCharacters,
  "The name of one of the plugin's own operations",
);

/** What every element has that asks for an answer. */
const question = {
  name,
  label,
  help,
  tooltip: textKey(limits.formHelpCharacters),
  placeholder: label,
  required: flagKey,
  immutable: flagKey,
  when,
  validate: listOf('validation', limits.formValidations),
};

const shown = { name, label, help, when };
const items = { min_items: integerKey(0, limits.formOptions), max_items: integerKey(0, limits.formOptions) };

export interface ElementType {
  readonly keys: Readonly<Record<string, KeyRule>>;
  readonly required: readonly string[];
  /** Whether it has an answer, and so can be the subject of a condition. */
  readonly asks: boolean;
}

const asking = (keys: Readonly<Record<string, KeyRule>>, ...required: string[]): ElementType => ({
  keys: { ...question, ...keys },
  required: ['name', ...required],
  asks: true,
});

const showing = (keys: Readonly<Record<string, KeyRule>>, ...required: string[]): ElementType => ({
  keys: { ...shown, ...keys },
  required,
  asks: false,
});

const areaCharacters = integerKey(0, limits.formAreaCharacters);
const elements = listOf('element', limits.formNodes);
const rows = integerKey(0, limits.formRows);

/** The vocabulary: every type of element with its keys. */
export const elementTypes = {
  text: asking({
    default: scalarDefault,
    min_length: areaCharacters,
    max_length: areaCharacters,
    pattern,
    format: wordKey(textFormats),
    multiline: flagKey,
  }),
  integer: asking({
    default: scalarDefault,
    min: integerKey(),
    max: integerKey(),
    step: integerKey(1),
    unit: label,
  }),
  number: asking({
    default: scalarDefault,
    min: numberKey(),
    max: numberKey(),
    step: numberKey(Number.MIN_VALUE),
    unit: label,
  }),
  boolean: asking({ default: scalarDefault, style: wordKey(['checkbox', 'toggle']) }),
  select: asking({
    default: anyKey(),
    options: listOf('option', limits.formOptions),
    options_from: sourceKey,
    multiple: flagKey,
    style: wordKey(['dropdown', 'radio', 'checkboxes', 'typeahead']),
    ...items,
  }),
  secret: asking({
    min_length: areaCharacters,
    max_length: areaCharacters,
    pattern,
    multiline: flagKey,
    format: wordKey(['password', 'token', 'private_key']),
  }),
  date: asking({
    default: scalarDefault,
    format: wordKey(['date', 'time', 'date-time', 'duration']),
    min: textKey(64),
    max: textKey(64),
  }),
  file: asking({
    accept: textListKey(limits.formRows, limits.formLabelCharacters),
    max_bytes: integerKey(1),
    multiple: flagKey,
    ...items,
  }),
  list: asking(
    {
      default: anyKey({ type: 'array' }),
      items: anyKey({ $ref: '#/$defs/element' }),
      unique: flagKey,
      ...items,
    },
    'items',
  ),
  repeat: asking({ elements, min: rows, max: rows }, 'elements', 'max'),
  section: showing({ elements, collapsible: flagKey, collapsed: flagKey, advanced: flagKey }, 'elements'),
  conditional: showing({ test: name, cases: anyKey({ $ref: '#/$defs/cases' }) }, 'test', 'cases'),
  table: asking(
    {
      columns: columnsKey,
      rows: rowsKey,
      rows_from: sourceKey,
      multiple: flagKey,
    },
    'columns',
  ),
  action: showing({ operation, confirm: confirmKey, tooltip: question.tooltip }, 'operation'),
  message: showing({ level: wordKey(['info', 'warning', 'error']), text: help }, 'text'),
  link: showing({ url: address, text: label }, 'url'),
  markdown: showing({ text: textKey(limits.formAreaCharacters, { markdown: true }) }, 'text'),
  hidden: { keys: { name, value: constantKey, when }, required: ['name', 'value'], asks: true },
} as const satisfies Record<string, ElementType>;

/** What authors write for a type or a key that is called otherwise. */
export const mistakenTypes: Readonly<Record<string, string>> = {
  string: 'text',
  textarea: 'text',
  area: 'text',
  int: 'integer',
  float: 'number',
  bool: 'boolean',
  checkbox: 'boolean',
  toggle: 'boolean',
  radio: 'select',
  enum: 'select',
  dropdown: 'select',
  password: 'secret',
  credential: 'secret',
  datetime: 'date',
  upload: 'file',
  array: 'list',
  group: 'section',
  button: 'action',
  url: 'link',
  help: 'markdown',
};

export const mistakenKeys: Readonly<Record<string, string>> = {
  title: 'label',
  description: 'help',
  id: 'name',
  key: 'name',
  minimum: 'min',
  maximum: 'max',
  minlength: 'min_length',
  maxlength: 'max_length',
  regex: 'pattern',
  choices: 'options',
  values: 'options',
  enum: 'options',
  fields: 'elements',
  children: 'elements',
  item: 'items',
  content: 'text',
  href: 'url',
  optional: 'required',
  validators: 'validate',
};
