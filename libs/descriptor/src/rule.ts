import { limits } from '#kernel';
import { keyPlace, placeOf } from './findings.js';
import type { Complaint, Findings } from './findings.js';
import { coreValue } from './scalar-value.js';
import { meantKeys, reportUnknownKey } from './unknown-key.js';
import { kindOf } from './yaml-node.js';
import type { MapNode, ScalarNode, YamlNode } from './yaml-node.js';

/** A JSON Schema (2020-12), or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * What may stand at a place: how to read it and how an editor is told of it. Both come from one rule, so that
 * the checker and the published schema can't drift apart.
 */
export interface Rule<T> {
  readonly schema: JsonSchema;
  /** The value, or undefined when it can't be used; why is among the findings then. */
  read(node: YamlNode, findings: Findings): T | undefined;
}

type Checks = (text: string) => Complaint | undefined;

interface TextOptions {
  readonly maxCharacters: number;
  readonly description: string;
  /** Prose keeps its white space; everything else is trimmed. */
  readonly prose?: boolean;
  readonly check?: Checks;
  /** More for the schema: `pattern`, `format`, `examples`. */
  readonly schema?: JsonSchema;
  /** Said instead of the general words when something else than a text stands there. */
  readonly whenNotText?: (node: YamlNode) => Complaint | undefined;
}

/** Nobody sees such a text. */
const invisible = /^[\p{Default_Ignorable_Code_Point}\s]+$/u;

/** A text, trimmed, not empty. Numbers and booleans are refused with the quoted fix. */
export function text(options: TextOptions): Rule<string> {
  const { maxCharacters, description, check } = options;
  return {
    schema: { type: 'string', minLength: 1, maxLength: maxCharacters, description, ...options.schema },
    read(node, findings) {
      if (node.type !== 'scalar' || typeof node.value !== 'string') {
        findings.error(node, options.whenNotText?.(node) ?? notText(node));
        return undefined;
      }
      const value = options.prose === true ? node.value : node.value.trim();
      const complaint = textComplaint(invisible.test(value) ? '' : value, maxCharacters) ?? check?.(value);
      if (complaint) findings.error(node, withPlainQuotes(complaint, value));
      return complaint ? undefined : value;
    },
  };
}

/** The scalar as it was written, in double quotes. */
export const quoted = (node: ScalarNode): string => JSON.stringify(node.text);

/** Word processors put quotes into texts that YAML doesn't know as such. */
export function withPlainQuotes(complaint: Complaint, written: string): Complaint {
  if (!/[\u201c-\u201f\u2018-\u201b]/.test(written)) return complaint;
  return { ...complaint, message: `${complaint.message} Its quotes are typographic; use plain ones: ".` };
}

function notText(node: YamlNode): Complaint {
  const message = `A text is due here, not ${kindOf(node)}`;
  if (node.type !== 'scalar')
    return { code: 'not-text', message: `${message}; if it is one text, put the whole of it in quotes.` };
  if (node.value === null)
    return { code: 'not-text', message: `${message}; write one, or leave the line out.` };
  return { code: 'not-text', message: `${message}; put it in quotes: ${quoted(node)}.`, fix: quoted(node) };
}

// eslint-disable-next-line no-control-regex -- finding control characters is its purpose
const unreadable = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\p{Surrogate}/u;

/** What is wrong with any text whatsoever: empty, too long, or with characters that can't be shown or stored. */
export function textComplaint(value: string, maxCharacters: number): Complaint | undefined {
  if (value === '') return { code: 'empty-text', message: 'A text is due here, and it is empty.' };
  if (value.length > maxCharacters) {
    const message = `It has ${value.length} characters; at most ${maxCharacters} are allowed.`;
    return { code: 'text-too-long', message };
  }
  if (!unreadable.test(value)) return undefined;
  return {
    code: 'control-character',
    message: 'It holds a control character or half of a surrogate pair; remove the escape that makes it.',
  };
}

/** A list of `item`, each once. */
export function listOf(item: Rule<string>, description: string, separator = /,/): Rule<readonly string[]> {
  const maxItems = limits.descriptorListItems;
  return {
    schema: { type: 'array', items: item.schema, maxItems, description },
    read(node, findings) {
      if (node.type !== 'list') {
        findings.error(node, notList(node, separator));
        return undefined;
      }
      const complaint = tooManyItems(node.items.length, maxItems);
      if (complaint) findings.error(node, complaint);
      const values = new Set<string>();
      for (const child of node.items) {
        const value = item.read(child, findings);
        if (value === undefined) continue;
        if (values.has(value))
          findings.warning(child, {
            code: 'duplicate-item',
            message: `"${value}" stands in this list twice.`,
          });
        values.add(value);
      }
      return [...values];
    },
  };
}

function tooManyItems(count: number, maxItems: number): Complaint | undefined {
  if (count <= maxItems) return undefined;
  return { code: 'list-too-long', message: `The list has ${count} items; at most ${maxItems} are allowed.` };
}

function notList(node: YamlNode, separator: RegExp): Complaint {
  const code = 'not-a-list';
  const message = `A list is due here, not ${kindOf(node)}`;
  if (node.type !== 'scalar' || node.value === null) return { code, message: `${message}.` };
  const words = node.text.slice(0, limits.descriptorLineCharacters).split(separator);
  const trimmed = words.map((word) => word.trim()).filter((word) => word !== '');
  const fix = `[${trimmed.map(asListItem).join(', ')}]`;
  return { code, message: `${message}; write ${fix}.`, fix };
}

/** In quotes where YAML would read it otherwise. */
const asListItem = (word: string): string =>
  /^[\p{L}\p{N}][\p{L}\p{N} ._/+-]*$/u.test(word) && coreValue(word) === word ? word : JSON.stringify(word);

/** Yes or no. */
export function flag(description: string): Rule<boolean> {
  return {
    schema: { type: 'boolean', description },
    read(node, findings) {
      if (node.type === 'scalar' && typeof node.value === 'boolean') return node.value;
      findings.error(node, notBoolean(node));
      return undefined;
    },
  };
}

function notBoolean(node: YamlNode): Complaint {
  const fix = meantBoolean(node);
  const hint = fix === undefined ? '' : `; write ${fix}`;
  return { code: 'not-boolean', message: `true or false is due here, not ${kindOf(node)}${hint}.`, fix };
}

function meantBoolean(node: YamlNode): string | undefined {
  if (node.type !== 'scalar') return undefined;
  if (/^(?:yes|y|on|1|true)$/i.test(node.text)) return 'true';
  return /^(?:no|n|off|0|false)$/i.test(node.text) ? 'false' : undefined;
}

/** A number between two bounds. */
export function number(
  bounds: { min: number; max: number; integer: boolean },
  description: string,
): Rule<number> {
  const { min, max, integer } = bounds;
  const what = integer ? 'A whole number' : 'A number';
  return {
    schema: { type: integer ? 'integer' : 'number', minimum: min, maximum: max, description },
    read(node, findings) {
      const value = node.type === 'scalar' ? node.value : undefined;
      if (typeof value === 'number' && value >= min && value <= max && (!integer || Number.isInteger(value)))
        return value;
      const written = node.type === 'scalar' && typeof value === 'string' ? Number(value || NaN) : NaN;
      const fix = written >= min && written <= max ? String(written) : undefined;
      const bounds = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
      const hint = fix === undefined ? '' : `, without quotes: ${fix}`;
      findings.error(node, { code: 'not-number', message: `${what} ${bounds} is due here${hint}.`, fix });
      return undefined;
    },
  };
}

/** The first of several rules that suits the node's shape; the last one speaks when none does. */
export function either<T>(
  choices: readonly [suits: (node: YamlNode) => boolean, rule: Rule<T>][],
  description: string,
): Rule<T> {
  return {
    schema: { anyOf: choices.map(([, rule]) => rule.schema), description },
    read(node, findings) {
      const choice = choices.find(([suits]) => suits(node)) ?? choices[choices.length - 1];
      return choice?.[1].read(node, findings);
    },
  };
}

export type KeyTable = Readonly<Record<string, Rule<unknown>>>;

export type ValuesOf<K extends KeyTable> = {
  readonly [key in keyof K]?: (K[key] extends Rule<infer T> ? T : never) | undefined;
};

interface MapOptions {
  readonly description: string;
  readonly required?: readonly string[];
  /** What authors write for a key that is called otherwise. */
  readonly mistaken?: Readonly<Record<string, string>>;
  /** More for the schema: what must stand together, what can't. */
  readonly schema?: JsonSchema;
}

/** A map with known keys. */
export function mapOf<K extends KeyTable>(keys: K, options: MapOptions): Rule<ValuesOf<K>> {
  const properties = Object.fromEntries(Object.entries(keys).map(([key, { schema }]) => [key, schema]));
  const { description, required = [] } = options;
  return {
    schema: {
      type: 'object',
      description,
      properties,
      ...(required.length > 0 ? { required } : {}),
      additionalProperties: false,
      ...options.schema,
    },
    read(node, findings) {
      if (node.type === 'map') return readKeys(node, keys, options, findings);
      findings.error(node, {
        code: 'not-a-map',
        message: `A map with ${Object.keys(keys).slice(0, 6).join(', ')} is due here, not ${kindOf(node)}.`,
      });
      return undefined;
    },
  };
}

function readKeys<K extends KeyTable>(
  map: MapNode,
  keys: K,
  options: MapOptions,
  findings: Findings,
): ValuesOf<K> {
  const values: Record<string, unknown> = {};
  const required = options.required ?? [];
  const meant = meantKeys(map, Object.keys(keys), options.mistaken ?? {});
  for (const [key, { value }] of map.entries) {
    const rule = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (!rule) reportUnknownKey(map, key, Object.keys(keys), meant.get(key), findings);
    else if (isNothing(value)) reportNothing(map, key, required.includes(key), findings);
    else values[key] = rule.read(value, findings);
  }
  for (const key of required) {
    if (map.entries.has(key) || [...meant.values()].includes(key)) continue;
    findings.error(placeOf(map), {
      code: 'missing-key',
      message: `"${key}" is missing; add a line "${key}: …".`,
      fix: key,
    });
  }
  return values as ValuesOf<K>;
}

const isNothing = (node: YamlNode): boolean => node.type === 'scalar' && node.value === null;

/** Whether the map has the key with something under it. */
export function hasValue(map: MapNode, key: string): boolean {
  const entry = map.entries.get(key);
  return entry !== undefined && !isNothing(entry.value);
}

function reportNothing(map: MapNode, key: string, required: boolean, findings: Findings): void {
  const message = `"${key}" has no value; write one, indented further than the key if it is on lines of its own${required ? '' : ', or leave the line out'}.`;
  findings.add(required ? 'error' : 'warning', keyPlace(map, key), { code: 'empty-value', message });
}
