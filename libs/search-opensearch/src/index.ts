export { OpenSearchKeptIndex } from './opensearch-kept-index.js';
export { OpenSearchIndex } from './opensearch-index.js';
export type { OpenSearchLocation } from './opensearch-location.js';
