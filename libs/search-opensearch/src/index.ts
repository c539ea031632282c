export { OpenSearchIndex } from './opensearch-index.js';
export type { OpenSearchLocation } from './opensearch-location.js';
