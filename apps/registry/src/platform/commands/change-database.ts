import { Database, DatabaseLock, isPostgresAddress } from '#database';
import type { Settings } from '../settings/config.js';
import { lockedFile } from '../storage/locked-file.js';
import { requireDatabase } from './require-database.js';

/** Changes something in the store's database: beside running stores where that is a server's, else while none runs on it. */
export async function changeDatabase<Result>(
  settings: Settings,
  change: (database: Database) => Promise<Result>,
): Promise<Result> {
  requireDatabase(settings.database);
  // Of an SQLite file the store is the only owner: a running one is asked by its API.
  const lock = isPostgresAddress(settings.database) ? undefined : DatabaseLock.take(lockedFile(settings));
  try {
    const database = await Database.open(settings.database);
    try {
      return await change(database);
    } finally {
      await database.close();
    }
  } finally {
    lock?.release();
  }
}
