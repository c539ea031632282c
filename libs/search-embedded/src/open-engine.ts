import type { SearchAnswer, SearchQuery, Suggestion } from '#search';
import { IndexFolder, openIndexFile } from './index-folder.js';
import { IndexReader } from './index-reader.js';
import { SearchEngine } from './search-engine.js';

export interface OpenEngine {
  /** A `SearchAnswer` as JSON. */
  find(query: SearchQuery): string;
  suggest(text: string, limit: number): readonly Suggestion[];
  close(): void;
}

const readerCacheKibibytes = 6 * 1024;

/** Opens the index file at a path for searching in this thread. */
export function openEngine(path: string): OpenEngine {
  const connection = openIndexFile(path, { cacheKibibytes: readerCacheKibibytes, readOnly: true });
  const engine = new SearchEngine(new IndexReader(connection));
  return {
    find: (query) => engine.find(query),
    suggest: (text, limit) => engine.suggest(text, limit),
    close: () => {
      connection.close();
    },
  };
}

/** The engine without its thread, on the index in use in a folder: what the benchmark compares with. */
export function openEngineInProcess(folder: string): {
  find(query: SearchQuery): SearchAnswer;
  suggest(text: string, limit: number): readonly Suggestion[];
  close(): void;
} {
  const path = new IndexFolder(folder).currentPath();
  if (path === undefined) throw new Error(`There is no search index in ${folder}.`);
  const engine = openEngine(path);
  return { ...engine, find: (query) => JSON.parse(engine.find(query)) as SearchAnswer };
}
