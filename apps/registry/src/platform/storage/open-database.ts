import { dirname } from 'node:path';
import { Database, DatabaseLock } from '#database';
import type { DatabaseReport } from '#database';
import type { Readiness } from '../server/readiness.js';
import type { Settings } from '../settings/config.js';
import { lockedFile } from './locked-file.js';
import { makeFolder } from './make-folder.js';

/** Throws `database-in-use`. */
export function lockData(settings: Settings): DatabaseLock {
  const file = lockedFile(settings);
  makeFolder(dirname(file), 'MORTISE_DATABASE');
  return DatabaseLock.take(file);
}

/** Opening it applies every migration; from then on it is ready while it answers, and is current. */
export async function openDatabase(
  location: string,
  readiness: Readiness,
  report: DatabaseReport,
): Promise<Database> {
  const database = await Database.open(location, report);
  readiness.add('database', async () => {
    // Until it has heard what others committed, callers with a credential would be refused.
    await database.becomeCurrent();
    await database.read((sql) => sql.query('SELECT 1'));
    return null;
  });
  return database;
}
