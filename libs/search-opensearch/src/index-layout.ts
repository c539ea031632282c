import { sha256Hex } from '#kernel';
import { analyzerVersion } from '#search';

const keyword = { type: 'keyword', ignore_above: 8191 } as const;
const kept = { type: 'keyword', index: false, doc_values: false } as const;
const features = { type: 'rank_features' } as const;

const settings = {
  // One shard: counts of facets are exact, and ties fall the same way on every node that has a copy.
  number_of_shards: 1,
  auto_expand_replicas: '0-1',
  // Whoever applies changes makes them visible; this is for what a killed process left.
  refresh_interval: '1s',
  // For as long a removal is remembered, so that a late job can't bring a plugin back.
  gc_deletes: '1h',
} as const;

/**
 * What is indexed of a plugin. A term's feature is what a match of it earns (times `weightUnit`), and of the terms that
 * begin with it the most that one earns; so ranking needs neither the engine's analysis nor its statistics.
 */
const plugins = {
  settings,
  mappings: {
    dynamic: 'strict',
    _source: { includes: ['card', 'rest'] },
    properties: {
      id: keyword,
      id_name: keyword,
      name_key: keyword,
      publisher_key: keyword,
      revision: { type: 'long' },
      withdrawn: { type: 'byte' },
      deprecated: { type: 'byte' },
      downloads: { type: 'long' },
      updated_at: { type: 'long' },
      worth: { type: 'double' },
      title_words: { type: 'short' },
      name_words: { type: 'short' },
      all: features,
      all_starts: features,
      head: features,
      head_starts: features,
      title: features,
      title_starts: features,
      name: features,
      name_starts: features,
      category: keyword,
      tag: keyword,
      publisher: keyword,
      kind: keyword,
      interface: keyword,
      has: keyword,
      trust: keyword,
      host: keyword,
      requirement: keyword,
      // Values whose spelling is not their key.
      category_written: keyword,
      tag_written: keyword,
      interface_written: keyword,
      card: kept,
      rest: kept,
    },
  },
} as const;

/** The terms of all plugins, for corrections, and beside them the number of the last change that is applied. */
const terms = {
  settings: {
    ...settings,
    analysis: {
      filter: { beginnings: { type: 'edge_ngram', min_gram: 2, max_gram: 20 } },
      analyzer: { beginnings: { type: 'custom', tokenizer: 'keyword', filter: ['beginnings'] } },
    },
  },
  mappings: {
    dynamic: 'strict',
    properties: {
      term: keyword,
      length: { type: 'short' },
      beginnings: { type: 'text', analyzer: 'beginnings', norms: false, index_options: 'docs' },
      sequence: { type: 'long' },
      seen_at: { type: 'long' },
    },
  },
} as const;

export const indexLayout = { plugins, terms };

/** The longest token of which a beginning may be near; of longer ones all of the term. */
export const longestBeginning = 18;

/** Weights are kept as whole numbers of this part, which features hold exactly. */
export const weightUnit = 1 / 5;
/** Shares of a title or name likewise. */
export const shareUnit = 1 / 2;

/** Raised when documents are written otherwise under the same layout. */
const documentVersion = 1;

/** Names what an index is made by: another layout or analysis has indices of its own. */
export const layoutMark = sha256Hex(JSON.stringify([indexLayout, analyzerVersion, documentVersion])).slice(
  0,
  8,
);
