import { isVersion, limits } from '#kernel';
import { perilousKeys } from './build-tree.js';
import type { Descriptor } from './descriptor.js';
import { keyPlace, placeOf } from './findings.js';
import type { Findings } from './findings.js';
import { foreignAddress, foreignName } from './foreign-release.js';
import { foreignText, ForeignMap } from './foreign-map.js';
import { compareNaturally } from './natural-order.js';
import { plainMap } from './plain-value.js';
import { emptyDescriptor } from './read-native.js';
import type { MapNode, YamlNode } from './yaml-node.js';

/** Reads an entry of CloudLaunch's app registry: a descriptor for each of its versions, in natural order of their labels. */
export function readCloudLaunch(map: MapNode, findings: Findings): Descriptor[] {
  const entry = new ForeignMap(map, findings);
  const name = foreignName(
    'slug',
    entry.text('slug', limits.descriptorNameAsWrittenCharacters),
    entry.get('slug') ?? map,
    findings,
  );
  const common = readCommon(entry);
  const config = readConfig(entry);
  const versions = readVersions(entry);
  const channelOf = readChannels(entry, versions);
  entry.reportRest(['icon_url', 'display_order']);
  if (name === undefined) return [];
  return versions.map(({ label, own }) => ({
    ...emptyDescriptor,
    kind: 'cloudlaunch',
    ...common,
    name,
    version: isVersion(label) ? label : null,
    version_label: isVersion(label) ? null : label,
    default_config: mergeMaps(config, own),
    interfaces: { default: { backend: null, frontend: null, form: null } },
    channels: channelOf(label),
  }));
}

function readCommon(entry: ForeignMap) {
  const infoUrl = entry.get('info_url');
  return {
    title: entry.text('name', limits.descriptorTitleCharacters),
    summary: entry.text('summary', limits.descriptorSummaryCharacters),
    description: entry.text('description', limits.descriptorTextCharacters),
    maintainer: entry.text('maintainer', limits.descriptorLineCharacters),
    homepage: foreignAddress(entry.text('info_url', limits.descriptorUrlCharacters), infoUrl, entry.findings),
  };
}

type Config = Readonly<Record<string, unknown>>;

interface EntryVersion {
  readonly label: string;
  readonly own: Config;
}

const versionKeys = ['frontend_component_path', 'frontend_component_name', 'backend_component_name'];

function readVersions(entry: ForeignMap): EntryVersion[] {
  const list = entry.get('versions');
  const read = new Map<string, EntryVersion>();
  for (const item of list?.type === 'list' ? list.items.slice(0, limits.versionsPerEntry) : []) {
    const version = readVersion(item, entry.findings);
    if (version && read.has(version.label)) {
      const message = `There is a version "${version.label.slice(0, 60)}" already; this one is left out.`;
      entry.findings.warning(item, { code: 'duplicate-version', message });
    } else if (version) {
      read.set(version.label, version);
    }
  }
  reportCount(entry, list, read.size);
  return [...read.values()].sort((a, b) => compareNaturally(a.label, b.label));
}

function reportCount(entry: ForeignMap, list: YamlNode | undefined, count: number): void {
  if (list?.type === 'list' && list.items.length > limits.versionsPerEntry) {
    const message = `Only the first ${limits.versionsPerEntry} versions of an entry are read.`;
    entry.findings.warning(list, { code: 'list-too-long', message });
  }
  if (count > 0) return;
  const at = entry.node.entries.has('versions') ? keyPlace(entry.node, 'versions') : placeOf(entry.node);
  const message = 'A release needs a version; add "versions", a list of maps with a "version" each.';
  entry.findings.error(at, { code: 'version-missing', message, fix: 'versions' });
}

function readVersion(item: YamlNode, findings: Findings): EntryVersion | undefined {
  if (item.type !== 'map') {
    findings.warning(item, {
      code: 'value-left-out',
      message: 'A version is a map with a "version"; this is left out.',
    });
    return undefined;
  }
  const version = new ForeignMap(item, findings);
  const label = version.text('version', limits.descriptorVersionCharacters);
  const own = readConfig(version);
  const components = versionKeys
    .map((key) => version.text(key, limits.descriptorLineCharacters))
    .filter((one) => one !== null);
  if (components.length > 0) {
    const message = `It names components (${components.join(', ')}) without packages: it is listed, and can't be installed.`;
    findings.warning(placeOf(item), { code: 'component-without-package', message });
  }
  version.reportRest([]);
  if (label !== null) return { label, own };
  findings.warning(item, {
    code: 'version-missing',
    message: 'This version has no label "version"; it is left out.',
  });
  return undefined;
}

/** `default_launch_config`: a map, or a text that holds one as JSON. */
function readConfig(from: ForeignMap): Config {
  const node = from.get('default_launch_config');
  if (node === undefined) return {};
  if (node.type === 'map') return plainMap(node, from.findings, 'tolerant');
  const parsed = node.type === 'scalar' ? parseJsonMap(node.text) : undefined;
  if (parsed) return parsed;
  if (node.type !== 'scalar' || foreignText(node, limits.descriptorTextCharacters, from.findings) !== null) {
    from.findings.warning(node, {
      code: 'value-left-out',
      message: 'A map is due here, or one as JSON; it is left out.',
    });
  }
  return {};
}

/** Hostile keys don't get through: the text becomes plain data by way of its own properties. */
function parseJsonMap(text: string): Config | undefined {
  if (nestsTooDeep(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(text, (key, value: unknown) =>
      perilousKeys.has(key) ? undefined : value,
    );
    return isMap(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth > limits.descriptorDepth) return true;
  }
  return false;
}

const isMap = (value: unknown): value is Config =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A version's own configuration over that of the entry, map by map. */
function mergeMaps(below: Config, above: Config): Config {
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const other = merged[key];
    merged[key] = isMap(other) && isMap(value) ? mergeMaps(other, value) : value;
  }
  return merged;
}

/** `default_version` is the channel `default`; what is in development is on the channel `dev` only. */
function readChannels(
  entry: ForeignMap,
  versions: readonly EntryVersion[],
): (label: string) => readonly string[] {
  const chosen = entry.text('default_version', limits.descriptorVersionCharacters);
  const status = entry.text('status', limits.descriptorTagCharacters);
  const known = versions.some(({ label }) => label === chosen);
  if (chosen !== null && !known && versions.length > 0) {
    const message = `There is no version "${chosen.slice(0, 60)}" among the versions; no channel points to it.`;
    entry.findings.warning(entry.get('default_version') ?? entry.node, {
      code: 'default-version-unknown',
      message,
    });
  }
  const last = versions[versions.length - 1]?.label;
  if (status === 'DEV') return (label) => (label === (known ? chosen : last) ? ['dev'] : []);
  if (status !== null && status !== 'LIVE') {
    const message = `The status "${status}" is kept in the descriptor's text and has no other effect here.`;
    entry.findings.warning(entry.get('status') ?? entry.node, { code: 'not-carried', message });
  }
  return (label) => (label === chosen ? ['default'] : []);
}
