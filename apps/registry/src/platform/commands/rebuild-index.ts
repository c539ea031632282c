import { SqlIndexedPlugins } from '#database';
import { limits } from '#kernel';
import type { IndexedPlugins, PluginDocument } from '#search';
import { CatchUpIndex } from '#search';
import type { Settings } from '../settings/config.js';
import { openIndex } from '../storage/open-index.js';
import { clusterIdOf } from './cluster-id.js';
import { openToRead } from './open-to-read.js';

/**
 * Builds the index of an engine that is shared again from the database, and lets searches go to the new one in one step.
 * The store goes on meanwhile: it writes to both.
 */
export async function rebuildIndex(settings: Settings, say: (text: string) => void): Promise<void> {
  const database = await openToRead(settings.database);
  try {
    const plugins = new SqlIndexedPlugins(database);
    const index = await openIndex(settings, await clusterIdOf(settings, database));
    try {
      const last = await plugins.lastSequence();
      const counted = { documents: 0 };
      const startedAt = performance.now();
      await index.rebuild(told(plugins, counted, say), last);
      await new CatchUpIndex(index, plugins).run();
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      say(
        `Built the search index again: ${counted.documents} plugins in ${seconds} s. Searches go to it now.`,
      );
    } finally {
      await index.close();
    }
  } finally {
    await database.close();
  }
}

/** Counts the documents that pass, and says how many now and then. */
async function* told(
  plugins: IndexedPlugins,
  counted: { documents: number },
  say: (text: string) => void,
): AsyncGenerator<PluginDocument> {
  for await (const document of plugins.all()) {
    counted.documents += 1;
    if (counted.documents % limits.pluginsToldOf === 0) say(`${counted.documents} plugins so far …`);
    yield document;
  }
}
