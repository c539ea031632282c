import { limits } from '#kernel';
import type { IndexedPlugins } from './indexed-plugins.js';
import type { SearchIndex } from './search-index.js';

/**
 * Brings the index to what the database holds: applies the changes since the last one that it has, in batches, each
 * plugin recomputed afresh; or builds it anew where it is gone, has fallen far behind, or is ahead of the database (a backup
 * that was put back). Doing it twice changes nothing, and killed at any moment it goes on from the last batch.
 */
export class CatchUpIndex {
  constructor(
    private readonly index: SearchIndex,
    private readonly plugins: IndexedPlugins,
  ) {}

  async run(): Promise<void> {
    let applied = await this.index.appliedSequence();
    const last = await this.plugins.lastSequence();
    if (applied === null || applied > last || last - applied > limits.changesBeforeRebuild) {
      // What changes while it is built is applied again by the next pass.
      await this.index.rebuild(this.plugins.all(), last);
      applied = last;
    }
    // No further than what this pass was asked for: where commits never end, each is still seen after its own batch.
    while (applied < last) {
      const changed = await this.plugins.changedAfter(applied, limits.changesPerIndexBatch);
      if (!changed) return;
      const put = await this.plugins.documents(changed.plugins);
      const found = new Set(put.map(({ id }) => id));
      const remove = await this.plugins.removals(changed.plugins.filter((id) => !found.has(id)));
      await this.index.apply({ put, remove, sequence: changed.sequence });
      applied = changed.sequence;
    }
  }
}
