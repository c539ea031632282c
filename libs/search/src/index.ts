export { parseSearchQuery, parseSuggestQuery } from './parse-search-query.js';
export type { QueryParameters } from './parse-search-query.js';
export { SearchIndex } from './search-index.js';
export type {
  FacetName,
  FacetValue,
  IndexBatch,
  PluginCard,
  PluginDocument,
  SearchAnswer,
  SearchHit,
  SearchQuery,
  SearchSort,
  Suggestion,
} from './search-index.js';
