import type { Damage, PluginId } from '#kernel';
import { comparable, IndexDrift } from './index-drift.js';
import type { IndexSeen, VerifyPauses } from './index-drift.js';
import type { IndexedPlugins } from './indexed-plugins.js';
import type { KeptIndex } from './kept-index.js';
import type { PluginDocument } from './search-index.js';

/** Tells what is wrong with an index, and in what it has something else than the rows. */
export class VerifyIndex {
  readonly seen: IndexSeen;
  private readonly drift: IndexDrift;

  constructor(
    private readonly index: KeptIndex,
    private readonly plugins: IndexedPlugins,
    pauses: VerifyPauses,
  ) {
    this.drift = new IndexDrift(index, plugins, pauses);
    this.seen = this.drift.seen;
  }

  async *run(): AsyncGenerator<Damage> {
    for (const what of await this.index.faults()) {
      yield { code: 'index-damaged', subject: 'the search index', what, mend: this.index.mend };
    }
    for (const plugin of await this.drift.find()) yield await this.damageOf(plugin);
  }

  private async damageOf(plugin: PluginId): Promise<Damage> {
    const [due] = await this.plugins.documents([plugin]);
    const found = (await this.index.documents([plugin])).get(plugin);
    const { mend } = this.index;
    const subject = `plugin ${plugin}`;
    if (!found) return { code: 'index-document-missing', subject, what: 'No search finds it.', mend };
    if (!due) {
      const what = 'Searches find it, and there is no such plugin that everybody may see.';
      return { code: 'index-document-extra', subject, what, mend };
    }
    const what = `Searches show something else of it than the database has: ${differenceOf(due, found).join(', ')}.`;
    return { code: 'index-document-differs', subject, what, mend };
  }
}

function differenceOf(due: PluginDocument, found: PluginDocument): string[] {
  const [a, b] = [comparable(due), comparable(found)];
  const names = Object.keys(a).filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
  return names.map((name) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}
