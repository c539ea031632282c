import type { PluginId } from '#kernel';

/** What is indexed of a plugin: all that a search answers with, so that a search never asks the database. */
export interface PluginDocument {
  readonly id: PluginId;
  readonly publisher: string;
  /** As written. */
  readonly name: string;
  readonly title: string | null;
  readonly summary: string | null;
  readonly description: string | null;
  readonly maintainer: string | null;
  readonly version: string | null;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  /** Names, titles and descriptions of what the plugin can do. */
  readonly operations: readonly string[];
  readonly interfaces: readonly string[];
  readonly kind: 'native' | 'insightconnect' | 'cloudlaunch';
  readonly has: readonly ('frontend' | 'backend' | 'form' | 'operations' | 'lock')[];
  readonly trust: 'trusted' | 'untrusted';
  /** Host name to version range. */
  readonly requires: Readonly<Record<string, string>>;
  readonly downloads: number;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  /** Whether all its releases are yanked: listed, marked, last. */
  readonly withdrawn: boolean;
  /** What the release that stands for it says of its end; ranked behind what matches as well. */
  readonly deprecated: { readonly message: string; readonly replacedBy: PluginId | null } | null;
  /** Rises with every change of the plugin; a document never replaces one of a higher revision. */
  readonly revision: number;
}

/** What an answer shows of a plugin; its long texts stay in the index. */
export type PluginCard = Omit<PluginDocument, 'description' | 'operations' | 'requires' | 'revision'>;

export type SearchSort = 'relevance' | 'name' | 'updated' | 'downloads';

/** What to look for, parsed and checked. A repeated filter is OR, different ones AND. */
export interface SearchQuery {
  readonly text: string;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly publishers: readonly string[];
  readonly kinds: readonly string[];
  readonly interfaces: readonly string[];
  readonly has: readonly string[];
  readonly trusts: readonly string[];
  /** `name` or `name@version`. */
  readonly hosts: readonly string[];
  readonly sort: SearchSort;
  readonly limit: number;
  readonly cursor: string | null;
}

export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

export type FacetName = 'category' | 'tag' | 'publisher' | 'kind' | 'interface' | 'has' | 'trust' | 'host';

export interface SearchHit {
  readonly document: PluginCard;
  /** Field to a fragment of it: HTML-escaped text in which `<mark>` surrounds what matched. */
  readonly highlights: Readonly<Record<string, string>>;
}

export interface SearchAnswer {
  readonly hits: readonly SearchHit[];
  readonly total: number;
  readonly facets: Readonly<Record<FacetName, readonly FacetValue[]>>;
  readonly next: string | null;
}

export interface Suggestion {
  readonly id: PluginId;
  readonly name: string;
  readonly title: string | null;
  readonly summary: string | null;
}

/** That a plugin is to be found no longer. */
export interface Removal {
  readonly id: PluginId;
  /** The plugin's own at that time: a document of a higher one stays. */
  readonly revision: number;
}

/** Documents and removals that follow one another in the changes feed, up to and including `sequence`. */
export interface IndexBatch {
  readonly put: readonly PluginDocument[];
  readonly remove: readonly Removal[];
  readonly sequence: number;
}

/**
 * A copy of what the catalogue holds, for finding. It may be thrown away: `appliedSequence` tells from where to
 * catch up. Every engine passes the suite in `libs/testing`.
 */
export abstract class SearchIndex {
  /**
   * Whether a batch is applied whole or not at all, also when the process is killed meanwhile. Where it isn't, a part of
   * the batch may be found before `appliedSequence` says so; applying it again mends that.
   */
  abstract readonly appliesWhole: boolean;
  /** The number of the last change that the index holds; null where there is none: searches are refused until it is built. */
  abstract appliedSequence(): Promise<number | null>;
  /** Applies a batch; it is found by the next search. Applying one twice changes nothing. */
  abstract apply(batch: IndexBatch): Promise<void>;
  /** Builds a new index beside the old one and swaps them with no gap; searches go on meanwhile. */
  abstract rebuild(documents: AsyncIterable<PluginDocument>, sequence: number): Promise<void>;
  /** Throws `invalid-cursor`, and `search-unavailable` when the engine is away or its queue is full. */
  abstract find(query: SearchQuery): Promise<SearchAnswer>;
  abstract suggest(text: string, limit: number): Promise<readonly Suggestion[]>;
  abstract close(): Promise<void>;
}
