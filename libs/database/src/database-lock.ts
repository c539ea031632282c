import { Sqlite } from '#sqlite';
import type { SqliteDatabase } from '#sqlite';
import { RegistryError } from '#kernel';

const databaseInUse = (file: string, processId: number | undefined): RegistryError =>
  new RegistryError(
    'conflict',
    'database-in-use',
    `Another process${processId === undefined ? '' : ` (${processId})`} uses ${file}: stop it, or choose another folder with MORTISE_DATA.`,
  );

/**
 * Keeps a second process off a database file that one process alone may own. The lock is the operating system's, on a
 * small file beside the database, so that it dies with its process and is never stale.
 */
export class DatabaseLock {
  private constructor(private readonly file: SqliteDatabase) {}

  /** Takes the lock of the database at `path`. Throws `database-in-use`, with the holder's process id. */
  static take(path: string): DatabaseLock {
    const file = new Sqlite(`${path}.lock`, { timeout: 0 });
    try {
      file.exec('CREATE TABLE IF NOT EXISTS holder (process_id INTEGER NOT NULL)');
      file.exec('BEGIN IMMEDIATE');
      file.exec('DELETE FROM holder');
      file.prepare('INSERT INTO holder VALUES (?)').run(process.pid);
      file.exec('COMMIT');
      // A transaction that never ends holds the lock; the committed row stays readable meanwhile.
      file.exec('BEGIN IMMEDIATE');
      return new DatabaseLock(file);
    } catch (error) {
      const holder = isBusy(error) ? holderOf(file) : undefined;
      file.close();
      throw isBusy(error) ? databaseInUse(path, holder) : error;
    }
  }

  release(): void {
    this.file.close();
  }
}

const isBusy = (error: unknown): boolean =>
  String((error as { code?: unknown } | undefined)?.code).startsWith('SQLITE_BUSY');

function holderOf(file: SqliteDatabase): number | undefined {
  try {
    return file.prepare('SELECT process_id FROM holder').pluck().get() as number | undefined;
  } catch {
    // The holder is just writing its id: that there is one is all that matters.
    return undefined;
  }
}
