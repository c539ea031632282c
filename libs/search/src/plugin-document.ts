import type { PluginId, Version } from '#kernel';
import { splitPluginId } from '#kernel';
import type { Descriptor } from '#descriptor';
import type { PluginDocument } from './search-index.js';

/** What the catalogue knows of a plugin that is to be found. */
export interface PluginFacts {
  readonly id: PluginId;
  /** The release that stands for it. */
  readonly version: Version;
  readonly descriptor: Descriptor;
  readonly trust: 'trusted' | 'untrusted';
  readonly hasLock: boolean;
  readonly downloads: number;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  readonly withdrawn: boolean;
  readonly deprecated: PluginDocument['deprecated'];
  readonly revision: number;
}

/** What is indexed of a plugin. */
export function pluginDocument(facts: PluginFacts): PluginDocument {
  const { id, descriptor } = facts;
  return {
    id,
    publisher: splitPluginId(id).publisher,
    name: descriptor.name,
    title: descriptor.title,
    summary: descriptor.summary,
    description: descriptor.description,
    maintainer: descriptor.maintainer,
    version: facts.version,
    categories: descriptor.categories,
    tags: descriptor.tags,
    operations: descriptor.operations.flatMap(({ name, title, description }) =>
      [name, title, description].filter((text) => text !== null),
    ),
    interfaces: Object.keys(descriptor.interfaces),
    kind: descriptor.kind,
    has: partsOf(descriptor, facts.hasLock),
    trust: facts.trust,
    requires: descriptor.requires,
    downloads: facts.downloads,
    updatedAt: facts.updatedAt,
    withdrawn: facts.withdrawn,
    deprecated: facts.deprecated,
    revision: facts.revision,
  };
}

function partsOf({ interfaces, operations }: Descriptor, hasLock: boolean): PluginDocument['has'] {
  const all = Object.values(interfaces);
  const parts = {
    frontend: all.some(({ frontend }) => frontend !== null),
    backend: all.some(({ backend }) => backend !== null),
    form: all.some(({ form }) => form !== null),
    operations: operations.length > 0,
    lock: hasLock,
  };
  return (Object.keys(parts) as (keyof typeof parts)[]).filter((part) => parts[part]);
}
