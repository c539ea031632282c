import type { Descriptor, FormElement } from '#descriptor';

/** The first line of every file that `mortise refresh` writes whole; what lacks it is left alone. */
export const generatedMark =
  'Written by `mortise refresh` from the descriptor: change that, and run it again.';

interface Shape {
  readonly name: string;
  /** Key to a sample of its value, or to an element of a form. */
  readonly members: readonly (readonly [key: string, python: string, javascript: string])[];
}

/** `_plugin.py`: constants and types for the back end. */
export function pythonConstants(descriptor: Descriptor): string {
  const { name, title, version, permissions, default_config: config } = descriptor;
  const types = shapesOf(descriptor).map(
    (shape) =>
      `${shape.name} = TypedDict(\n    "${shape.name}",\n    {${shape.members.map(([key, type]) => `${python(key)}: ${type}`).join(', ')}},\n    total=False,\n)`,
  );
  return `# ${generatedMark}
"""What the descriptor says, for the code."""

from typing import Any, TypedDict  # noqa: F401

NAME = ${python(name)}
TITLE = ${python(title ?? name)}
VERSION = ${python(version)}
PERMISSIONS = ${python(permissions)}

${types.join('\n\n')}

DEFAULT_CONFIG: Config = ${python(config)}
`;
}

/** `plugin.js`: constants and types for the front end. */
export function javascriptConstants(descriptor: Descriptor): string {
  const { name, title, version, permissions, default_config: config } = descriptor;
  const types = shapesOf(descriptor).map(
    ({ name: shape, members }) =>
      `/** @typedef {{ ${members.map(([key, , type]) => `${JSON.stringify(key)}?: ${type}`).join(', ')} }} ${shape} */`,
  );
  return `// ${generatedMark}
${types.join('\n')}

export const name = ${JSON.stringify(name)};
export const title = ${JSON.stringify(title ?? name)};
export const version = ${JSON.stringify(version)};
export const permissions = ${JSON.stringify(permissions)};
/** @type {Config} */
export const defaultConfig = ${JSON.stringify(config, null, 2)};
`;
}

function shapesOf({ default_config: config, interfaces }: Descriptor): Shape[] {
  const members = Object.entries(config).map(([key, value]) => [key, ...typesOfValue(value)] as const);
  const forms = Object.entries(interfaces).flatMap(([name, { form }]) =>
    form === null ? [] : [{ name: `${pascal(name)}Form`, members: form.flatMap(membersOfElement) }],
  );
  return [{ name: 'Config', members }, ...forms];
}

const any = ['Any', 'any'] as const;

function typesOfValue(value: unknown): readonly [python: string, javascript: string] {
  if (typeof value === 'string') return ['str', 'string'];
  if (typeof value === 'boolean') return ['bool', 'boolean'];
  if (typeof value === 'number') return [Number.isInteger(value) ? 'int' : 'float', 'number'];
  if (Array.isArray(value)) return ['list', 'any[]'];
  return typeof value === 'object' && value !== null ? ['dict', 'Record<string, any>'] : any;
}

const elementTypes: Readonly<Record<string, readonly [python: string, javascript: string]>> = {
  text: ['str', 'string'],
  secret: ['str', 'string'],
  date: ['str', 'string'],
  integer: ['int', 'number'],
  number: ['float', 'number'],
  boolean: ['bool', 'boolean'],
  list: ['list', 'any[]'],
  repeat: ['list', 'any[]'],
};

/** What an element asks for; sections are looked into, what asks for nothing is nothing. */
function membersOfElement(element: FormElement): (readonly [string, string, string])[] {
  const { type, name, elements, cases } = element;
  if (type === 'section') return within(elements);
  if (type === 'conditional') return Object.values(cases ?? {}).flatMap(within);
  return typeof name === 'string' && type !== 'table' ? [[name, ...(elementTypes[String(type)] ?? any)]] : [];
}

const within = (elements: unknown): (readonly [string, string, string])[] =>
  Array.isArray(elements) ? elements.flatMap((element: FormElement) => membersOfElement(element)) : [];

const pascal = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
    .replace(/^(?=\d|$)/, 'Interface');

/** A value as Python writes it; JSON's texts are Python's too. */
function python(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}: ${python(member)}`)
    .join(', ')}}`;
}
