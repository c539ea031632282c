export { compactKey } from './analyze.js';
export { CatchUpIndex } from './catch-up-index.js';
export { compareNames, comparePositions, decodeCursor, encodeCursor } from './cursor.js';
export type { Position } from './cursor.js';
export { analyzerVersion, documentTerms } from './document-terms.js';
export type { DocumentTerms } from './document-terms.js';
export { beginningDistance, editDistance } from './edit-distance.js';
export {
  searchBusy,
  searchCatchingUp,
  searchIndexLost,
  searchIndexTaken,
  searchUnavailable,
} from './errors.js';
export { facetKey } from './facet-key.js';
export {
  facetNames,
  facetValues,
  filterKeys,
  requirementKey,
  requirementStart,
  requirementsMet,
  spelledFacets,
} from './facet-values.js';
export type { KeyedValue } from './facet-values.js';
export type { HighlightTerms } from './highlight.js';
export { highlightsOf } from './highlights-of.js';
export { hostMatches, parseHostFilter } from './host-filter.js';
export { IndexedPlugins } from './indexed-plugins.js';
export type { ChangedPlugins } from './indexed-plugins.js';
export { KeptIndex } from './kept-index.js';
export { MendIndex } from './mend-index.js';
export { VerifyIndex } from './verify-index.js';
export { IndexDrift } from './index-drift.js';
export { readings, shortPrefixCharacters } from './readings.js';
export type { NearTerm, Nearness, Reading, TermMatch, Vocabulary } from './readings.js';
export { pluginCard } from './plugin-card.js';
export { pluginDocument } from './plugin-document.js';
export {
  codeWeight,
  coverageWeight,
  exactNameBonus,
  firstHeadPlace,
  nameShare,
  placeOf,
  score,
  strongerCode,
  termCodes,
  titleShare,
  unaskedScore,
  worth,
} from './scoring.js';
export { nameAsked, nameBonus, parseTextQuery } from './text-query.js';
export type { TextQuery } from './text-query.js';
export { parseSearchQuery, parseSuggestQuery } from './parse-search-query.js';
export type { QueryParameters } from './parse-search-query.js';
export { SearchIndex } from './search-index.js';
export type {
  FacetName,
  FacetValue,
  IndexBatch,
  PluginCard,
  PluginDocument,
  Removal,
  SearchAnswer,
  SearchHit,
  SearchQuery,
  SearchSort,
  Suggestion,
} from './search-index.js';
