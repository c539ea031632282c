import { isMap, isScalar } from 'yaml';
import type { Document } from 'yaml';
import type { DescriptorKind } from './descriptor.js';

/** What sort of descriptor a document is, by the keys at its root; null when it isn't a map. */
export function kindOfDocument(document: Document.Parsed | undefined): DescriptorKind | null {
  const contents = document?.contents;
  if (!isMap(contents)) return null;
  const keys = new Set(contents.items.map(({ key }) => (isScalar(key) ? key.source : undefined)));
  return kindByKeys((key) => keys.has(key));
}

/** The same, as well as can be told from a text that no parser takes. */
export function kindOfBrokenText(text: string): DescriptorKind | null {
  const keys = new Set(Array.from(text.matchAll(/^([A-Za-z_]+):(?=\s|$)/gm), (match) => match[1]));
  return keys.size === 0 ? null : kindByKeys((key) => keys.has(key));
}

function kindByKeys(has: (key: string) => boolean): DescriptorKind {
  if (has('plugin_spec_version')) return 'insightconnect';
  const operations = has('actions') || has('triggers') || has('tasks');
  if (has('vendor') && (operations || has('hub_tags'))) return 'insightconnect';
  if (has('versions') && !has('version') && (has('slug') || has('default_version'))) return 'cloudlaunch';
  return 'native';
}
