import type { SearchQuery } from '#search';
import { openEngine } from './open-engine.js';
import type { OpenEngine } from './open-engine.js';
import { serveThread } from './serve-thread.js';

let engine: OpenEngine | undefined;
let failure: unknown = new Error('No index is open in this thread.');

function current(): OpenEngine {
  if (engine === undefined) throw failure;
  return engine;
}

serveThread({
  open(path: string) {
    engine?.close();
    engine = undefined;
    try {
      engine = openEngine(path);
    } catch (error) {
      failure = error;
      throw error;
    }
  },
  find: (query: SearchQuery) => current().find(query),
  suggest: ({ text, limit }: { text: string; limit: number }) => current().suggest(text, limit),
  close() {
    engine?.close();
    engine = undefined;
  },
});
