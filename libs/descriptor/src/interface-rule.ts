import { checkForm, formSchema } from '#form';
import { limits } from '#kernel';
import { referenceRule } from './component-rule.js';
import type { WrittenReference } from './component-rule.js';
import type { FormElement } from './descriptor.js';
import { keyPlace, placeOf } from './findings.js';
import type { Complaint, Findings, Place } from './findings.js';
import { plainValue } from './plain-value.js';
import { hasValue, mapOf, textComplaint } from './rule.js';
import type { Rule } from './rule.js';
import { kindOf } from './yaml-node.js';
import type { ListNode, MapNode, ScalarNode, YamlNode } from './yaml-node.js';

/** An interface as it is written, before conflicts between versions are looked for. */
export interface WrittenInterface {
  readonly backend: WrittenReference | null;
  readonly frontend: WrittenReference | null;
  readonly form: readonly FormElement[] | null;
}

/** A form of restricted elements. Its definitions lie under `$defs` of the whole schema. */
export const formRule: Rule<readonly FormElement[]> = {
  schema: formSchema().form,
  read(node, findings) {
    const form = plainValue(node, findings);
    const problems = checkForm(form, { unknownKeys: findings.unknownKeys });
    for (const { pointer, about, severity, ...complaint } of problems) {
      findings.add(severity, placeWithin(node, pointer, about), complaint);
    }
    return problems.some(({ severity }) => severity === 'error')
      ? undefined
      : (form as readonly FormElement[]);
  },
};

/** The place to which a relative pointer leads, or the nearest that exists. */
function placeWithin(from: YamlNode, pointer: string, about: 'key' | 'value'): Place {
  let at = from;
  let place = placeOf(from);
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replace(/~1/g, '/').replace(/~0/g, '~');
    const child =
      at.type === 'map' ? at.entries.get(key)?.value : at.type === 'list' ? at.items[Number(key)] : undefined;
    if (!child) return place;
    place = about === 'key' && at.type === 'map' ? keyPlace(at, key) : placeOf(child);
    at = child;
  }
  return place;
}

const interfaceKeys = mapOf(
  { backend: referenceRule('backend'), frontend: referenceRule('frontend'), form: formRule },
  {
    description: 'At least one of a backend, a frontend and a form.',
    mistaken: {
      front_end: 'frontend',
      back_end: 'backend',
      ui: 'form',
      backend_component: 'backend: {package: …, component: …}',
      frontend_component: 'frontend: {package: …, component: …}',
    },
    schema: { minProperties: 1 },
  },
);

const oneKeyMaps = {
  type: 'array',
  description: 'The same as a list of maps with one key each.',
  minItems: 1,
  maxItems: Object.keys((interfaceKeys.schema as { properties: object }).properties).length,
  items: { ...interfaceKeys.schema, maxProperties: 1 },
};

/** An interface: a map, or a list of maps with one key each. */
const interfaceRule: Rule<WrittenInterface> = {
  schema: { anyOf: [interfaceKeys.schema, oneKeyMaps] },
  read(node, findings) {
    if (node.type === 'scalar') return void findings.error(node, notAnInterface(node));
    const map = node.type === 'list' ? joinOneKeyMaps(node, findings) : node;
    const values = interfaceKeys.read(map, findings);
    if (!values) return undefined;
    const misspelt = [...map.entries.keys()].some((key) => !interfaceParts.includes(key));
    const bare = node.type === 'list' && node.items.some(({ type }) => type !== 'map');
    if (!misspelt && !bare && !interfaceParts.some((key) => hasValue(map, key))) {
      findings.error(node, {
        code: 'interface-empty',
        message: 'An interface has at least one of backend, frontend and form; add one.',
      });
    }
    return { backend: values.backend ?? null, frontend: values.frontend ?? null, form: values.form ?? null };
  },
};

const interfaceParts = ['backend', 'frontend', 'form'];

function notAnInterface(node: ScalarNode): Complaint {
  if (interfaceParts.includes(String(node.key))) {
    const message = `"${node.key}" stands where the name of an interface is due; indent it under the interface that it belongs to, e.g. "default".`;
    return { code: 'not-a-map', message };
  }
  const fix =
    node.value === null ? undefined : `{backend: ${node.text.slice(0, limits.packageNameCharacters)}}`;
  const hint = fix === undefined ? 'indent them under it' : `e.g. ${fix}`;
  const message = `An interface is a map with backend, frontend and form, not ${kindOf(node)}; ${hint}.`;
  return { code: 'not-a-map', message, fix };
}

/** The map that a list of one-key maps stands for. Its entries keep their own places. */
function joinOneKeyMaps(list: ListNode, findings: Findings): MapNode {
  const entries: MapNode['entries'] = new Map();
  for (const item of list.items) {
    if (item.type !== 'map') {
      reportBareItem(item, findings);
      continue;
    }
    if (item.entries.size > 1) {
      const keys = [...item.entries.keys()].slice(0, 4).join(', ');
      const message = `Each item of this list has one key and this has ${keys}; put a "- " before each, or write one map without "- ".`;
      findings.error(item, { code: 'item-not-one-key', message });
    }
    for (const [key, entry] of item.entries) {
      if (entries.has(key)) {
        const message = `"${key}" stands in this interface a second time; keep one of the two.`;
        findings.error(keyPlace(item, key), { code: 'duplicate-key', message });
      } else {
        entries.set(key, entry);
      }
    }
  }
  return { ...list, type: 'map', entries };
}

function reportBareItem(item: YamlNode, findings: Findings): void {
  if (item.type !== 'scalar' || item.value === null) {
    return findings.error(item, {
      code: 'not-a-map',
      message: `A map with one key is due here, e.g. "backend: gvl", not ${kindOf(item)}.`,
    });
  }
  const fix = `- ${item.text}: ${item.text === 'form' ? '[…]' : '<package>'}`;
  const known = ['backend', 'frontend', 'form'].includes(item.text);
  const message = known
    ? `"${item.text}" stands alone here; say which: "${fix}".`
    : `A text can't stand alone in an interface; write e.g. "- backend: ${item.text.slice(0, 60)}".`;
  findings.error(item, { code: 'bare-scalar', message, fix: known ? fix : `- backend: ${item.text}` });
}

const interfaceName = /^[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*$/;

/** `interfaces`: a map from the name of each to what it has. */
export const interfacesRule: Rule<Readonly<Record<string, WrittenInterface>>> = {
  schema: {
    type: 'object',
    description: 'Named tasks of the plugin, e.g. launch, admin, backup.',
    minProperties: 1,
    maxProperties: limits.descriptorInterfaces,
    propertyNames: { pattern: interfaceName.source, maxLength: limits.pluginNameCharacters },
    additionalProperties: { $ref: '#/$defs/interface' },
  },
  read(node, findings) {
    if (node.type !== 'map') {
      const message = `A map from the names of interfaces to what each has is due here, not ${kindOf(node)}; ${node.type === 'list' ? 'leave out the "- " and write' : 'write'} e.g. "launch: {backend: gvl}".`;
      findings.error(node, { code: 'not-a-map', message });
      return undefined;
    }
    if (node.entries.size === 0 || node.entries.size > limits.descriptorInterfaces) {
      findings.error(node, {
        code: 'interfaces-count',
        message: `A plugin has 1 to ${limits.descriptorInterfaces} interfaces.`,
      });
    }
    const read: [string, WrittenInterface][] = [];
    for (const [name, { value }] of node.entries) {
      checkInterfaceName(node, name, findings);
      const written = interfaceRule.read(value, findings);
      if (written) read.push([name, written]);
    }
    return Object.fromEntries(read);
  },
};

function checkInterfaceName(map: MapNode, name: string, findings: Findings): void {
  const complaint = textComplaint(name, limits.pluginNameCharacters);
  if (!complaint && interfaceName.test(name)) return;
  const message = `"${name.slice(0, 60)}" can't name an interface: up to ${limits.pluginNameCharacters} letters and digits, with single - or _ between, starting with a letter.`;
  findings.error(keyPlace(map, name), { code: 'interface-name-invalid', message });
}

/** Definitions that the schema of a descriptor refers to. */
export const interfaceDefinitions = { ...formSchema().definitions, interface: interfaceRule.schema };
