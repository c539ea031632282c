import { Database } from '#database';
import { RegistryError } from '#kernel';
import { CannotStart } from '../cannot-start.js';
import { requireDatabase } from './require-database.js';

/** Opens a database to look at, beside a running store. Throws CannotStart where there is none. */
export async function openToRead(location: string): Promise<Database> {
  requireDatabase(location);
  return Database.openToRead(location).catch((error: unknown) => {
    throw error instanceof RegistryError ? new CannotStart(error.message, 2) : error;
  });
}
