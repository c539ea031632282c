import type { IndexBatch, PluginDocument } from '#search';
import { IndexStore } from './index-store.js';
import { serveThread } from './serve-thread.js';

let store: IndexStore | undefined;
let folderOfStore = '';

/** Opens again what could not be opened before: the reason may be gone. */
function current(): IndexStore {
  store ??= new IndexStore(folderOfStore);
  return store;
}

serveThread({
  open(folder: string) {
    folderOfStore = folder;
    return current().path;
  },
  sequence: () => current().sequence,
  apply: (batch: IndexBatch) => {
    current().apply(batch);
  },
  startRebuild: () => {
    current().startRebuild();
  },
  addToRebuild: (documents: readonly PluginDocument[]) => {
    current().addToRebuild(documents);
  },
  finishRebuild: (sequence: number) => current().finishRebuild(sequence),
  abandonRebuild: () => {
    current().abandonRebuild();
  },
  /** Starts over with an empty index. */
  reset: () => current().reset(),
  /** Removes the files that are no longer in use. */
  tidy: () => {
    current().tidy();
  },
  close() {
    store?.close();
    store = undefined;
  },
});
