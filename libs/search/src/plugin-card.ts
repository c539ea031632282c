import type { PluginCard, PluginDocument } from './search-index.js';

/** What an answer shows of a document. */
export function pluginCard(document: PluginDocument): PluginCard {
  return {
    id: document.id,
    publisher: document.publisher,
    name: document.name,
    title: document.title,
    summary: document.summary,
    maintainer: document.maintainer,
    version: document.version,
    categories: document.categories,
    tags: document.tags,
    interfaces: document.interfaces,
    kind: document.kind,
    has: document.has,
    trust: document.trust,
    downloads: document.downloads,
    updatedAt: document.updatedAt,
    withdrawn: document.withdrawn,
    deprecated: document.deprecated,
  };
}
