export { SearchIndex } from './search-index.js';
export type {
  FacetName,
  FacetValue,
  IndexBatch,
  PluginDocument,
  SearchAnswer,
  SearchHit,
  SearchQuery,
  SearchSort,
  Suggestion,
} from './search-index.js';
