import { existsSync } from 'node:fs';
import { isPostgresAddress } from '#database';
import { CannotStart } from '../cannot-start.js';

/** Throws CannotStart where there is no database at that place. */
export function requireDatabase(location: string): void {
  if (isPostgresAddress(location) || existsSync(location)) return;
  throw new CannotStart(`There is no database ${location}: set MORTISE_DATA as the store has it.`, 2);
}
