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

let isWarming = false;

/** Once there are searches, what they need is prepared between them, a few milliseconds at a time. */
function warmOnce(): void {
  if (isWarming) return;
  isWarming = true;
  setImmediate(warmFurther);
}

function warmFurther(): void {
  try {
    if (engine?.warm() === true) setImmediate(warmFurther);
  } catch {
    // The search that comes upon the same trouble reports it.
  }
}

serveThread({
  open(path: string) {
    engine?.close();
    engine = undefined;
    isWarming = false;
    try {
      engine = openEngine(path);
    } catch (error) {
      failure = error;
      throw error;
    }
  },
  find: (query: SearchQuery) => {
    warmOnce();
    return current().find(query);
  },
  suggest: ({ text, limit }: { text: string; limit: number }) => {
    warmOnce();
    return current().suggest(text, limit);
  },
  close() {
    engine?.close();
    engine = undefined;
  },
});
