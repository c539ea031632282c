import { closeSync, fsync, openSync } from 'node:fs';
import { promisify } from 'node:util';

interface Turns {
  running: Promise<void>;
  next: Promise<void> | null;
}

/**
 * Makes the names in a directory durable. Callers that come while a sync of the same directory is under way share
 * the one that follows it: theirs is sure to begin after their rename, and none waits for more than two.
 */
export class DirectorySync {
  private readonly turns = new Map<string, Turns>();

  sync(directory: string): Promise<void> {
    const turns = this.turns.get(directory);
    if (turns === undefined) return this.start(directory);
    turns.next ??= turns.running.then(
      () => this.start(directory),
      () => this.start(directory),
    );
    return turns.next;
  }

  private start(directory: string): Promise<void> {
    const turns: Turns = { running: Promise.resolve(), next: null };
    this.turns.set(directory, turns);
    turns.running = syncDirectory(directory).finally(() => {
      if (turns.next === null) this.turns.delete(directory);
    });
    return turns.running;
  }
}

/** Windows has no way to sync a directory, and no need: it journals names itself. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = openSync(directory, 'r');
  try {
    await sync(handle);
  } finally {
    closeSync(handle);
  }
}

const sync = promisify(fsync);
