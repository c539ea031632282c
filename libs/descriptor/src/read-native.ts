import { isSameVersion, packageIdentity } from './component-reference.js';
import type { Side } from './component-reference.js';
import type { WrittenReference } from './component-rule.js';
import type { ComponentReference, Descriptor, DescriptorInterface } from './descriptor.js';
import { keyPlace, placeOf } from './findings.js';
import type { Findings } from './findings.js';
import type { WrittenInterface } from './interface-rule.js';
import { nativeRule, simpleKeyNames } from './native-rule.js';
import { hasValue } from './rule.js';
import type { ValuesOf } from './rule.js';
import type { MapNode } from './yaml-node.js';

type NativeValues = NonNullable<ReturnType<typeof nativeRule.read>>;

/** Reads either native form. Undefined when its name or version can't be used. */
export function readNative(map: MapNode, findings: Findings): Descriptor | undefined {
  const values = nativeRule.read(map, findings);
  if (!values) return undefined;
  const interfaces = agreeOnVersions(writtenInterfaces(map, values, findings), findings);
  if (values.name === undefined || values.version === undefined) return undefined;
  return {
    ...emptyDescriptor,
    ...withoutSimpleKeys(values),
    name: values.name,
    version: values.version,
    interfaces,
  };
}

/** What a descriptor is that says nothing but its name. */
export const emptyDescriptor = {
  kind: 'native',
  title: null,
  version_label: null,
  summary: null,
  description: null,
  maintainer: null,
  categories: [],
  tags: [],
  homepage: null,
  repository: null,
  license: null,
  icon: null,
  changelog: null,
  default_config: {},
  interfaces: {},
  runtime: {},
  permissions: [],
  requires: {},
  replaces: null,
  operations: [],
  deprecated: null,
  channels: [],
} as const satisfies Partial<Descriptor>;

function withoutSimpleKeys(values: NativeValues): Partial<Descriptor> {
  const kept = Object.entries<unknown>(values).filter(
    ([key, value]) => value !== undefined && !(simpleKeyNames as string[]).includes(key),
  );
  return Object.fromEntries(kept);
}

function writtenInterfaces(
  map: MapNode,
  values: NativeValues,
  findings: Findings,
): Readonly<Record<string, WrittenInterface>> {
  const flat = simpleKeyNames.filter((key) => hasValue(map, key));
  if (!hasValue(map, 'interfaces')) return { default: simpleInterface(map, values, findings) };
  for (const key of flat) {
    const message = `"${key}" and "interfaces" can't stand together; move it into an interface, e.g. "default".`;
    findings.error(keyPlace(map, key), { code: 'mixed-forms', message });
  }
  return values.interfaces ?? {};
}

function simpleInterface(map: MapNode, values: NativeValues, findings: Findings): WrittenInterface {
  if (!['backend', 'front_end', 'form'].some((key) => hasValue(map, key))) reportNoInterface(map, findings);
  return {
    backend: withComponent(map, values, 'backend', 'backend_component', findings),
    frontend: withComponent(map, values, 'front_end', 'frontend_component', findings),
    form: values.form ?? null,
  };
}

function reportNoInterface(map: MapNode, findings: Findings): void {
  const loadable = ['interfaces', 'backend', 'front_end', 'form'];
  if (findings.suggests(loadable)) return;
  const empty = loadable.find((key) => map.entries.has(key));
  const message =
    empty === undefined
      ? 'The plugin has nothing to load; add a "backend", a "front_end", a "form", or "interfaces".'
      : `The plugin has nothing to load, since "${empty}" is empty; what belongs to it is indented further than its key.`;
  findings.error(empty === undefined ? placeOf(map) : keyPlace(map, empty), {
    code: 'interface-empty',
    message,
  });
}

function withComponent(
  map: MapNode,
  values: ValuesOf<{ backend_component: never }> & NativeValues,
  key: 'backend' | 'front_end',
  componentKey: 'backend_component' | 'frontend_component',
  findings: Findings,
): WrittenReference | null {
  const reference = values[key];
  const component = values[componentKey];
  if (hasValue(map, componentKey) && !hasValue(map, key)) {
    const message = `"${componentKey}" needs the package that it is in; add "${key}".`;
    findings.error(keyPlace(map, componentKey), { code: 'component-without-package', message, fix: key });
  }
  if (!reference) return null;
  if (component !== undefined && reference.component !== null && component !== reference.component) {
    const message = `"${key}" names the component ${reference.component} already; keep one of the two.`;
    findings.error(keyPlace(map, componentKey), { code: 'component-twice', message });
  }
  return { ...reference, component: component ?? reference.component };
}

/** A release names one version of a package: where one interface pins it, the others that name it mean that one. */
function agreeOnVersions(
  written: Readonly<Record<string, WrittenInterface>>,
  findings: Findings,
): Readonly<Record<string, DescriptorInterface>> {
  const pins = new Map<string, string>();
  const sides: Side[] = ['backend', 'frontend'];
  for (const one of Object.values(written)) {
    for (const side of sides) collectPin(pins, side, one[side], findings);
  }
  const settle = (side: Side, reference: WrittenReference | null): ComponentReference | null =>
    reference && {
      package: reference.package,
      version: pins.get(pinKey(side, reference.package)) ?? null,
      component: reference.component,
    };
  return Object.fromEntries(
    Object.entries(written).map(([name, { backend, frontend, form }]) => [
      name,
      { backend: settle('backend', backend), frontend: settle('frontend', frontend), form },
    ]),
  );
}

const pinKey = (side: Side, name: string): string => `${side} ${packageIdentity(side, name)}`;

function collectPin(
  pins: Map<string, string>,
  side: Side,
  reference: WrittenReference | null,
  findings: Findings,
): void {
  if (!reference || reference.version === null) return;
  const key = pinKey(side, reference.package);
  const pinned = pins.get(key);
  if (pinned === undefined) pins.set(key, reference.version);
  if (pinned === undefined || isSameVersion(side, pinned, reference.version)) return;
  const message = `${reference.package} is pinned to ${pinned} above and to ${reference.version} here; a release has one version of a package.`;
  findings.error(reference.node, { code: 'package-version-conflict', message, fix: pinned });
}
