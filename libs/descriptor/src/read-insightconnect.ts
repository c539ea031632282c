import { limits, normalizeName } from '#kernel';
import { connectionForm, fieldKeys } from './connection-form.js';
import type { Descriptor, Operation } from './descriptor.js';
import { keyPlace, placeOf } from './findings.js';
import type { Findings } from './findings.js';
import { foreignAddress, foreignName, foreignVersion } from './foreign-release.js';
import { foreignText, ForeignMap, warnOfYaml11 } from './foreign-map.js';
import { emptyDescriptor } from './read-native.js';
import type { MapNode, YamlNode } from './yaml-node.js';

/** Keys of `plugin.spec.yaml` that mean nothing to the store. */
const keysWithoutEffect = [
  'extension',
  'products',
  'product',
  'support',
  'supported_versions',
  'connection_version',
  'cloud_ready',
  'fedramp_ready',
  'language',
  'types',
];

const mistakenKeys: Readonly<Record<string, string>> = { support_versions: 'supported_versions' };

/** Reads an InsightConnect `plugin.spec.yaml`. Only what leaves no release is an error. */
export function readInsightConnect(map: MapNode, findings: Findings): Descriptor | undefined {
  const spec = new ForeignMap(map, findings);
  warnOfSpecVersion(spec, findings);
  const name = foreignName(
    'name',
    spec.text('name', limits.descriptorNameAsWrittenCharacters),
    spec.get('name') ?? map,
    findings,
  );
  const written = spec.text('version', limits.descriptorVersionCharacters);
  if (written === null) {
    const at = map.entries.has('version') ? keyPlace(map, 'version') : placeOf(map);
    findings.error(at, {
      code: 'version-missing',
      message: 'A release needs a version; add "version".',
      fix: 'version',
    });
  }
  const descriptor = { ...emptyDescriptor, kind: 'insightconnect' as const, ...readContents(spec) };
  spec.reportRest(keysWithoutEffect, mistakenKeys);
  if (name === undefined || written === null) return undefined;
  return { ...descriptor, name, ...foreignVersion(written, spec.get('version') ?? map, findings) };
}

function warnOfSpecVersion(spec: ForeignMap, findings: Findings): void {
  const specVersion = spec.text('plugin_spec_version', limits.descriptorVersionCharacters);
  if (specVersion === 'v2') return;
  const message = 'Only "plugin_spec_version: v2" is known; the rest is read as if it were that.';
  findings.warning(spec.get('plugin_spec_version') ?? spec.node, {
    code: 'spec-version-unknown',
    message,
    fix: 'v2',
  });
}

function readContents(spec: ForeignMap) {
  const prose = spec.text('description', limits.descriptorTextCharacters);
  const resources = readResources(spec.map('resources'));
  const hub = spec.map('hub_tags');
  const line = limits.descriptorTagCharacters;
  const keywords = [
    ...spec.texts('tags', line),
    ...(hub?.texts('keywords', line) ?? []),
    ...(hub?.texts('features', line) ?? []),
  ];
  const categories = hub?.texts('use_cases', line) ?? [];
  hub?.reportRest([]);
  const maintainer =
    spec.text('author', limits.descriptorLineCharacters) ??
    spec.text('vendor', limits.descriptorLineCharacters);
  spec.get('vendor');
  return {
    title: spec.text('title', limits.descriptorTitleCharacters),
    summary: summaryOf(prose),
    description: withSections(prose, spec, resources.docs),
    maintainer,
    categories: categories.slice(0, limits.descriptorListItems),
    tags: [...new Set(keywords)].slice(0, limits.descriptorListItems),
    homepage: resources.homepage ?? resources.docs,
    repository: resources.repository,
    license: resources.license,
    changelog: readHistory(spec),
    interfaces: { default: { backend: null, frontend: null, form: readConnection(spec) } },
    runtime: readRuntime(spec),
    operations: readOperations(spec),
    deprecated: readStatus(spec),
  };
}

/** The first sentence of the description stands where others have a summary. */
function summaryOf(prose: string | null): string | null {
  if (prose === null) return null;
  const first = /^[^\n]*?[.!?](?=\s|$)/.exec(prose)?.[0] ?? prose.split('\n')[0] ?? '';
  const most = limits.descriptorSummaryCharacters;
  return first.length <= most ? first : `${first.slice(0, most - 1)}…`;
}

const sections: readonly (readonly [key: string, heading: string])[] = [
  ['key_features', 'Key features'],
  ['requirements', 'Requirements'],
  ['troubleshooting', 'Troubleshooting'],
  ['links', 'Links'],
  ['references', 'References'],
];

/** The description, and below it what the format keeps in lists of its own. */
function withSections(prose: string | null, spec: ForeignMap, docs: string | null): string | null {
  const parts = prose === null ? [] : [prose];
  for (const [key, heading] of sections) {
    const texts = spec.texts(key, limits.descriptorTextCharacters);
    if (key === 'links' && docs !== null) texts.unshift(`[Documentation](${docs})`);
    if (texts.length > 0) parts.push(`## ${heading}\n\n${bullets(texts)}`);
  }
  return parts.length === 0 ? null : parts.join('\n\n').slice(0, limits.descriptorTextCharacters);
}

const bullets = (texts: readonly string[]): string =>
  texts.map((text) => `* ${text.replace(/\n/g, '\n  ')}`).join('\n');

function readResources(resources: ForeignMap | undefined) {
  const address = (key: string): string | null => {
    const node = resources?.get(key);
    const written = resources?.text(key, limits.descriptorUrlCharacters) ?? null;
    return resources ? foreignAddress(written, node, resources.findings) : null;
  };
  const read = {
    homepage: address('vendor_url'),
    repository: address('source_url'),
    docs: address('docs_url'),
    license: resources?.text('license_url', limits.descriptorUrlCharacters) ?? null,
  };
  resources?.reportRest([]);
  return read;
}

function readHistory(spec: ForeignMap): string | null {
  const entries = spec.texts('version_history', limits.descriptorTextCharacters);
  return entries.length === 0 ? null : bullets(entries).slice(0, limits.descriptorTextCharacters);
}

function readConnection(spec: ForeignMap) {
  const connection = spec.map('connection');
  const types = spec.node.entries.get('types')?.value;
  return connection ? connectionForm(connection, types?.type === 'map' ? types : undefined) : null;
}

function readRuntime(spec: ForeignMap): Readonly<Record<string, unknown>> {
  const runtime: Record<string, unknown> = {};
  const cache = spec.flag('enable_cache');
  if (cache !== undefined) runtime.cache = cache;
  const sdk = spec.map('sdk');
  if (!sdk) return runtime;
  const type = sdk.text('type', limits.descriptorTagCharacters);
  const version = sdk.text('version', limits.descriptorVersionCharacters);
  const user = sdk.text('user', limits.descriptorTagCharacters);
  const packages = sdk.texts('packages', limits.descriptorLineCharacters);
  if (type !== null) runtime.image = sdkImage(type, version);
  if (user !== null) runtime.user = user;
  if (packages.length > 0) runtime.packages = packages;
  sdk.reportRest(['custom_cmd']);
  return runtime;
}

/** The image that the format's own tools build a plugin on. */
function sdkImage(type: string, version: string | null): string {
  const image =
    type === 'slim' ? 'rapid7/insightconnect-python-3-slim-plugin' : 'rapid7/insightconnect-python-3-plugin';
  return version === null ? image : `${image}:${version}`;
}

function readStatus(spec: ForeignMap): string | null {
  const words = spec.texts('status', limits.descriptorTagCharacters);
  const others = words.filter((word) => word !== 'obsolete');
  if (others.length > 0) {
    const message = `The status ${others.join(', ')} is kept in the descriptor's text and has no other effect here.`;
    spec.findings.warning(spec.get('status') ?? spec.node, { code: 'not-carried', message });
  }
  return words.includes('obsolete') ? 'Its vendor marked it as obsolete.' : null;
}

const operationKinds = [
  ['actions', 'action'],
  ['triggers', 'trigger'],
  ['tasks', 'task'],
] as const;

function readOperations(spec: ForeignMap): Operation[] {
  return operationKinds.flatMap(([key, kind]) => {
    const group = spec.map(key);
    if (!group) return [];
    const read = [...group.node.entries].map(([name, { value }]) => readOperation(kind, name, value, group));
    warnOfFields(key, group);
    return read.filter((operation) => operation !== undefined);
  });
}

function readOperation(
  kind: Operation['kind'],
  name: string,
  node: YamlNode,
  group: ForeignMap,
): Operation | undefined {
  if (node.type !== 'map') {
    const message = `"${name}" isn't a map with a title and a description; it is listed by its name.`;
    group.findings.warning(keyPlace(group.node, name), { code: 'operation-incomplete', message });
    return { kind, name, title: null, description: null };
  }
  const operation = new ForeignMap(node, group.findings);
  const read = {
    kind,
    name,
    title: operation.text('title', limits.descriptorLineCharacters),
    description: operation.text('description', limits.descriptorTextCharacters),
  };
  for (const side of ['input', 'output', 'state', 'schedule'])
    checkFields(operation.get(side), group.findings);
  operation.reportRest([]);
  return read;
}

/** Fields have no effect here, but a key that is misspelt in one is worth telling. */
function checkFields(fields: YamlNode | undefined, findings: Findings): void {
  if (fields?.type !== 'map') return;
  for (const { value } of fields.entries.values()) {
    if (value.type !== 'map') continue;
    const field = new ForeignMap(value, findings);
    for (const key of fieldKeys) warnOfYaml11(field.get(key), findings);
    field.reportRest(fieldKeys);
  }
}

function warnOfFields(key: string, group: ForeignMap): void {
  const count = group.node.entries.size;
  if (count === 0) return;
  const message = `Of ${count} ${key} the names, titles and descriptions are searched; their inputs and outputs are kept in the descriptor's text only.`;
  group.findings.warning(placeOf(group.node), { code: 'not-carried', message });
}

/** A warning where the file names another vendor than the publisher to whom it is published. */
export function warnOfOtherVendor(map: MapNode, publisher: string, findings: Findings): void {
  const vendor = map.entries.get('vendor')?.value;
  if (
    !vendor ||
    vendor.type !== 'scalar' ||
    vendor.value === null ||
    normalizeName(vendor.text) === normalizeName(publisher)
  )
    return;
  const message = `The vendor is "${(foreignText(vendor, limits.descriptorLineCharacters, findings) ?? '').slice(0, 60)}", and it is published by "${publisher}", who counts.`;
  findings.warning(vendor, { code: 'vendor-differs', message });
}
