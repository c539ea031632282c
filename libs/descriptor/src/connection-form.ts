import { checkForm } from '#form';
import { limits } from '#kernel';
import type { FormElement } from './descriptor.js';
import { keyPlace } from './findings.js';
import { foreignText, ForeignMap } from './foreign-map.js';
import { plainValue } from './plain-value.js';
import { isYaml11Number, yaml11Boolean } from './scalar-value.js';
import { Findings } from './findings.js';
import type { MapNode, YamlNode } from './yaml-node.js';

/** What a field of a foreign plugin can have. */
export const fieldKeys = [
  'title',
  'type',
  'description',
  'required',
  'example',
  'default',
  'enum',
  'placeholder',
  'tooltip',
  'order',
];

/**
 * The fields of a connection as a restricted form. Names stay as they are written, since the plugin's own code
 * asks for them; what an element can't have is left out with a warning.
 */
export function connectionForm(
  connection: ForeignMap,
  types: MapNode | undefined,
): readonly FormElement[] | null {
  const elements = new ConnectionReader(connection.findings, types).elements(connection.node, 1);
  return elements.length > 0 ? elements : null;
}

const simpleTypes: Readonly<Record<string, FormElement>> = {
  string: { type: 'text' },
  integer: { type: 'integer' },
  int: { type: 'integer' },
  number: { type: 'number' },
  float: { type: 'number' },
  boolean: { type: 'boolean' },
  bool: { type: 'boolean' },
  date: { type: 'date', format: 'date-time' },
  bytes: { type: 'file' },
  file: { type: 'file' },
  python: { type: 'text', multiline: true, format: 'code' },
  object: { type: 'text', multiline: true, format: 'json' },
  password: { type: 'secret', format: 'password' },
  credential_secret_key: { type: 'secret' },
  credential_token: { type: 'secret', format: 'token' },
  credential_asymmetric_key: { type: 'secret', format: 'private_key', multiline: true },
};

class ConnectionReader {
  private nodes = 0;
  private toldFull = false;
  /** Custom types that are being written out: one that holds itself would go on without end. */
  private readonly openTypes = new Set<string>();

  constructor(
    private readonly findings: Findings,
    private readonly types: MapNode | undefined,
  ) {}

  elements(fields: MapNode, depth: number): FormElement[] {
    const read: FormElement[] = [];
    for (const [name, { value }] of fields.entries) {
      if (value.type === 'map') {
        if (this.isFull(fields, name)) break;
        read.push(this.element(name, new ForeignMap(value, this.findings), depth));
        continue;
      }
      const message = `"${name}" isn't a field, which is a map with a title and a type; it is left out.`;
      this.findings.warning(keyPlace(fields, name), { code: 'value-left-out', message });
    }
    return read;
  }

  /** Types can hold types, so that a short text may stand for a form without end. */
  private isFull(fields: MapNode, name: string): boolean {
    if (this.nodes < limits.formNodes) {
      this.nodes++;
      return false;
    }
    if (!this.toldFull) {
      const message = `A form has at most ${limits.formNodes} elements, with the types of its fields written out; the rest is left out.`;
      this.findings.warning(keyPlace(fields, name), { code: 'form-too-large', message });
    }
    this.toldFull = true;
    return true;
  }

  private element(name: string, field: ForeignMap, depth: number): FormElement {
    const type = field.text('type', limits.formNameCharacters) ?? 'string';
    const typeNode = field.get('type') ?? field.node;
    let element: FormElement = { ...this.bareElement(type, typeNode, depth), name };
    if (field.flag('required') === true && element.type !== 'section')
      element = { ...element, required: true };
    element = this.withOptions(element, field);
    element = this.withText(element, 'label', 'title', field);
    element = this.withText(element, 'help', 'description', field);
    if (shownInLine.has(String(element.type))) {
      element = this.withText(element, 'tooltip', 'tooltip', field);
      element = this.withText(
        element,
        'placeholder',
        field.node.entries.has('placeholder') ? 'placeholder' : 'example',
        field,
      );
    }
    element = this.withDefault(element, field);
    field.reportRest(fieldKeys);
    return element;
  }

  private bareElement(type: string, at: YamlNode, depth: number): FormElement {
    if (Object.hasOwn(simpleTypes, type)) return { ...simpleTypes[type] };
    if (type === 'credential_username_password') {
      this.nodes += usernameAndPassword.elements.length;
      return usernameAndPassword;
    }
    const item = /^\[\](.+)$/.exec(type)?.[1];
    if (item !== undefined) {
      const items = simpleTypes[item];
      this.nodes++;
      const suits = items !== undefined && items.type !== 'file' && items.type !== 'secret';
      return { type: 'list', items: suits ? items : simpleTypes.object };
    }
    return this.section(type, depth) ?? this.textInPlaceOf(type, at);
  }

  /** A field of a type that the descriptor itself defines. */
  private section(type: string, depth: number): FormElement | undefined {
    const custom = this.types?.entries.get(type)?.value;
    if (custom?.type !== 'map' || this.openTypes.has(type) || depth >= limits.formDepth) return undefined;
    this.openTypes.add(type);
    const elements = this.elements(custom, depth + 1);
    this.openTypes.delete(type);
    return elements.length > 0 ? { type: 'section', elements } : undefined;
  }

  private textInPlaceOf(type: string, at: YamlNode): FormElement {
    const message = this.types?.entries.has(type)
      ? `The type "${type.slice(0, 60)}" holds itself or nothing, or nests too deep; the field is shown as a text.`
      : `There is no type "${type.slice(0, 60)}"; the field is shown as a text.`;
    this.findings.warning(at, { code: 'field-type-unknown', message });
    return { type: 'text' };
  }

  private withOptions(element: FormElement, field: ForeignMap): FormElement {
    const members = field.get('enum');
    if (members?.type !== 'list' || members.items.length === 0) return element;
    const options = [...new Set(members.items.map((item) => this.member(item, element)))].filter(
      (one) => one !== null,
    );
    return {
      type: 'select',
      name: element.name,
      ...(element.required === true ? { required: true } : {}),
      options,
    };
  }

  private member(item: YamlNode, element: FormElement): unknown {
    if (item.type !== 'scalar' || item.value === null) return null;
    const asNumber =
      (element.type === 'integer' || element.type === 'number') && typeof item.value === 'number';
    return asNumber ? item.value : foreignText(item, limits.formLabelCharacters, this.findings);
  }

  private withText(element: FormElement, key: string, from: string, field: ForeignMap): FormElement {
    const written = field.get(from);
    if (written === undefined) return element;
    // An example may be anything; only one that fits on a line helps.
    if (key === 'placeholder') return this.withPlaceholder(element, written);
    const most = key === 'label' ? limits.formLabelCharacters : limits.formHelpCharacters;
    const text = foreignText(written, most, this.findings);
    return text === null ? element : this.accepted(element, key, text, written);
  }

  private withPlaceholder(element: FormElement, written: YamlNode): FormElement {
    if (written.type !== 'scalar' || written.text.length > limits.formLabelCharacters || written.text === '')
      return element;
    const candidate = { ...element, placeholder: written.text };
    return complaintOf(candidate) === undefined ? candidate : element;
  }

  private withDefault(element: FormElement, field: ForeignMap): FormElement {
    const written = field.get('default');
    if (written === undefined) return element;
    const value = this.defaultValue(element, written);
    return value === '' || value === null ? element : this.accepted(element, 'default', value, written);
  }

  private defaultValue(element: FormElement, written: YamlNode): unknown {
    if (written.type !== 'scalar') return plainValue(written, new Findings());
    if (element.type === 'boolean')
      return typeof written.value === 'boolean' ? written.value : yaml11Boolean(written.text);
    if (element.type === 'integer' || element.type === 'number')
      return isYaml11Number(written.text) ? written.text : written.value;
    if (element.type !== 'select') return written.text;
    const options = element.options as readonly unknown[];
    return options.includes(written.value) ? written.value : written.text;
  }

  /** The element with the key, or without it and with a warning when the vocabulary doesn't take it. */
  private accepted(element: FormElement, key: string, value: unknown, at: YamlNode): FormElement {
    const candidate = { ...element, [key]: value };
    const complaint = complaintOf(candidate);
    if (complaint === undefined) return candidate;
    this.findings.warning(at, { code: 'value-left-out', message: `${complaint} It is left out.` });
    return element;
  }
}

/** Elements beside whose answer an example helps; of a secret none is ever shown. */
const shownInLine: ReadonlySet<string> = new Set(['text', 'integer', 'number', 'date', 'select', 'list']);

const usernameAndPassword = {
  type: 'section',
  elements: [
    { type: 'text', name: 'username', label: 'User name' },
    { type: 'secret', name: 'password', label: 'Password', format: 'password' },
  ],
};

/** Names are the plugin's own affair; everything else has to suit the vocabulary. */
function complaintOf(element: FormElement): string | undefined {
  const { elements, ...alone } = element;
  const named = elements === undefined ? alone : { ...alone, elements: [{ type: 'text', name: 'inner' }] };
  return checkForm([{ ...named, name: 'field' }])[0]?.message;
}
