import type { PluginId } from '#kernel';
import type { PluginDocument } from './search-index.js';

/** What an index holds, read beside whoever writes to it. */
export abstract class KeptIndex {
  /** The number of the last change that it has. */
  abstract sequence(): number;
  abstract document(plugin: PluginId): PluginDocument | undefined;
  /** Those ids after the one given, in their order, up to `limit`. */
  abstract ids(after: string, limit: number): readonly PluginId[];
  /** Sentences on what is wrong with the index itself; none where it is sound. */
  abstract faults(): readonly string[];
  abstract close(): void;
}
