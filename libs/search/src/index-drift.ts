import { limits } from '#kernel';
import type { PluginId } from '#kernel';
import type { IndexedPlugins } from './indexed-plugins.js';
import type { KeptIndex } from './kept-index.js';
import type { PluginDocument } from './search-index.js';

/** What a comparison of the index came upon that is no damage. */
export interface IndexSeen {
  documents: number;
  /** Changes that the index has yet to hear of; null where it will be built anew. */
  behind: number | null;
}

/** What a comparison does between its steps: it has time, and others have none. */
export interface VerifyPauses {
  /** Before what differs is looked at again. */
  again(): Promise<void>;
  /** Between one portion and the next. */
  between(): Promise<void>;
}

/**
 * Holds every document of the index against the rows, and every plugin of the rows against the index; what changed since
 * the index was last brought up to date is left out. A store may be at work on both: what differs is looked at again,
 * after a pause, before it is told.
 */
export class IndexDrift {
  readonly seen: IndexSeen = { documents: 0, behind: 0 };
  private ahead: ReadonlySet<PluginId> = new Set();

  constructor(
    private readonly index: KeptIndex,
    private readonly plugins: IndexedPlugins,
    private readonly pauses: VerifyPauses,
  ) {}

  /** The plugins of which the index has something else than the rows, or one has none; a bounded number of them. */
  async find(): Promise<readonly PluginId[]> {
    if (!(await this.lookAhead())) return [];
    let suspects: readonly PluginId[] = [];
    for await (const some of this.portions()) {
      suspects = [...suspects, ...(await this.differing(some))].slice(0, limits.damagesInJson);
      await this.pauses.between();
    }
    for (let again = 0; again < limits.verifyLooksAgain && suspects.length > 0; again += 1) {
      await this.pauses.again();
      if (!(await this.lookAhead())) return [];
      suspects = await this.differing(suspects);
    }
    return suspects;
  }

  /** Which plugins changed since; false where the index is to be built anew, so that nothing in it matters. */
  private async lookAhead(): Promise<boolean> {
    const sequence = await this.index.sequence();
    const last = await this.plugins.lastSequence();
    const ahead = new Set<PluginId>();
    this.seen.behind = last - sequence;
    if (sequence > last || last - sequence > limits.changesBeforeRebuild) {
      this.seen.behind = null;
      return false;
    }
    for (let after = sequence; ;) {
      const changed = await this.plugins.changedAfter(after, limits.changesPerIndexBatch);
      if (!changed) break;
      for (const plugin of changed.plugins) ahead.add(plugin);
      after = changed.sequence;
    }
    this.ahead = ahead;
    return true;
  }

  /** Every plugin that the rows or the index know, a few at a time; some of them twice. */
  private async *portions(): AsyncGenerator<readonly PluginId[]> {
    let held: PluginId[] = [];
    for await (const { id } of this.plugins.all()) {
      held.push(id);
      if (held.length < limits.pluginsPerRebuildPage) continue;
      yield held;
      held = [];
    }
    yield held;
    for (let after = ''; ;) {
      const ids = await this.index.ids(after, limits.pluginsPerRebuildPage);
      const last = ids.at(-1);
      if (last === undefined) return;
      this.seen.documents += ids.length;
      // Those in both were compared above.
      yield await this.unknown(ids);
      after = last;
    }
  }

  private async unknown(ids: readonly PluginId[]): Promise<readonly PluginId[]> {
    const known = new Set((await this.plugins.documents(ids)).map(({ id }) => id));
    return ids.filter((id) => !known.has(id));
  }

  private async differing(plugins: readonly PluginId[]): Promise<readonly PluginId[]> {
    if (plugins.length === 0) return [];
    const due = new Map((await this.plugins.documents(plugins)).map((document) => [document.id, document]));
    const found = await this.index.documents(plugins);
    return plugins.filter((id) => !this.ahead.has(id) && wordOf(due.get(id)) !== wordOf(found.get(id)));
  }
}

/** Downloads are told to the index now and then only. */
export const comparable = (document: PluginDocument): Record<string, unknown> => ({
  ...document,
  downloads: 0,
});

const wordOf = (document: PluginDocument | undefined): string =>
  document === undefined ? '' : JSON.stringify(Object.entries(comparable(document)).sort(byName));

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
