import type { PluginId } from '#kernel';
import type { PluginDocument, Removal } from './search-index.js';

/** Plugins that changed, each once, up to and including the change numbered `sequence`. */
export interface ChangedPlugins {
  readonly plugins: readonly PluginId[];
  readonly sequence: number;
}

/** Reads what is to be indexed, afresh from what is committed. */
export abstract class IndexedPlugins {
  /** The number of the last change; 0 where there was none yet. */
  abstract lastSequence(): Promise<number>;
  /** Of the first `limit` changes after the one numbered `sequence`; undefined where there are none. */
  abstract changedAfter(sequence: number, limit: number): Promise<ChangedPlugins | undefined>;
  /** The documents of those of `plugins` that are to be found; the others are to be taken out. */
  abstract documents(plugins: readonly PluginId[]): Promise<readonly PluginDocument[]>;
  /** What takes those of `plugins` out that are not to be found, as `documents` said just before. */
  abstract removals(plugins: readonly PluginId[]): Promise<readonly Removal[]>;
  /** Every document, by and by: never all of them in memory. */
  abstract all(): AsyncIterable<PluginDocument>;
}
