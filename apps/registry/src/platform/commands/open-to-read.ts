import { existsSync } from 'node:fs';
import { Database, isPostgresAddress } from '#database';
import { RegistryError } from '#kernel';
import { CannotStart } from '../cannot-start.js';

/** Opens a database to look at, beside a running store. Throws CannotStart where there is none. */
export async function openToRead(location: string): Promise<Database> {
  if (!isPostgresAddress(location) && !existsSync(location)) {
    throw new CannotStart(`There is no database ${location}: set MORTISE_DATA as the store has it.`, 2);
  }
  return Database.openToRead(location).catch((error: unknown) => {
    throw error instanceof RegistryError ? new CannotStart(error.message, 2) : error;
  });
}
