import type { IndexBatch, PluginDocument } from '#search';
import { generatePlugins } from './generate-plugins.js';

const perBatch = 8;

/** A history of changes out of a seed: plugins appear, change, and now and then go. The sequence counts from 1. */
export function generateBatches(seed: number, batches: number): IndexBatch[] {
  const documents = [...generatePlugins(seed, batches * perBatch)];
  return Array.from({ length: batches }, (_, at) => {
    const fresh = documents.slice(at * perBatch, (at + 1) * perBatch);
    const earlier = documents.slice(Math.max(0, (at - 3) * perBatch), Math.max(0, (at - 2) * perBatch));
    const changed = earlier.slice(0, 3).map((document) => changedDocument(document, at));
    const remove = earlier.slice(-1).map(({ id, revision }) => ({ id, revision: revision + 1 }));
    return { put: [...fresh, ...changed], remove, sequence: at + 1 };
  });
}

function changedDocument(document: PluginDocument, at: number): PluginDocument {
  return {
    ...document,
    revision: document.revision + 1,
    summary: `Changed in batch ${at}: ${document.summary ?? ''}`,
    tags: [...document.tags.slice(1), 'changed'],
    downloads: document.downloads + at,
    deprecated: at % 3 === 0 ? { message: `Since batch ${at}.`, replacedBy: null } : null,
  };
}

/** What is left of a history in the end. */
export function documentsAfter(batches: readonly IndexBatch[]): PluginDocument[] {
  const documents = new Map<string, PluginDocument>();
  for (const { put, remove } of batches) {
    for (const document of put) documents.set(document.id, document);
    for (const { id } of remove) documents.delete(id);
  }
  return [...documents.values()];
}
