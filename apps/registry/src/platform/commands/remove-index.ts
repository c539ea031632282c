import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseLock } from '#database';
import type { Settings } from '../settings/config.js';
import { lockedFile } from '../storage/locked-file.js';

/** Deletes the search index and says what was done. Throws when a store runs on it. */
export function removeIndex(settings: Settings): string {
  const folder = join(settings.dataFolder, 'search');
  const databaseFile = lockedFile(settings);
  if (!existsSync(folder)) return `There is no search index in ${folder}: the next start makes one.`;
  const lock = existsSync(`${databaseFile}.lock`) ? DatabaseLock.take(databaseFile) : undefined;
  try {
    rmSync(folder, { recursive: true, force: true });
  } finally {
    lock?.release();
  }
  return `Deleted ${folder}. The next start makes the index again from the database.`;
}
