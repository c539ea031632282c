export { EmbeddedSearchIndex } from './embedded-search-index.js';
export type { EmbeddedSearchOptions } from './embedded-search-index.js';
export { EmbeddedKeptIndex } from './embedded-kept-index.js';
export { openEngineInProcess } from './open-engine.js';
