import type { IndexedPlugins } from './indexed-plugins.js';
import type { SearchIndex } from './search-index.js';
import type { IndexDrift } from './index-drift.js';

/**
 * Builds the index anew where it has something else than the database: what let one plugin drift may have let others, and
 * searches go on meanwhile.
 */
export class MendIndex {
  constructor(
    private readonly index: SearchIndex,
    private readonly plugins: IndexedPlugins,
  ) {}

  /** Resolves with how many plugins had drifted, or so many of them as are told. */
  async run(drift: IndexDrift): Promise<number> {
    const drifted = await drift.find();
    if (drifted.length > 0) await this.index.rebuild(this.plugins.all(), await this.plugins.lastSequence());
    return drifted.length;
  }
}
