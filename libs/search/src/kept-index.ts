import type { PluginId } from '#kernel';
import type { PluginDocument } from './search-index.js';

/** What an index holds, read beside whoever writes to it. */
export abstract class KeptIndex {
  /** What a person does about damage, as a sentence. */
  abstract readonly mend: string;
  /** The number of the last change that it has. */
  abstract sequence(): Promise<number>;
  /** Those of `plugins` that it has; what can't be read is not there. */
  abstract documents(plugins: readonly PluginId[]): Promise<ReadonlyMap<PluginId, PluginDocument>>;
  /** Those ids after the one given, in their order, up to `limit`. */
  abstract ids(after: string, limit: number): Promise<readonly PluginId[]>;
  /** Sentences on what is wrong with the index itself; none where it is sound. */
  abstract faults(): Promise<readonly string[]>;
  abstract close(): Promise<void>;
}
