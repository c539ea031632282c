import type { EntityManager } from 'typeorm';
import type { Tell } from '../database.js';
import { findRows } from '../find-rows.js';
import { PackageRow } from '../rows/package-rows.js';

/** Tells of every package of `publisher` that its maintainers may have changed: their documents name them. */
export async function announceMaintainers(sql: EntityManager, tell: Tell, publisher: string): Promise<void> {
  const packages = await findRows(sql, PackageRow, ['side', 'name'], { publisher });
  for (const { side, name } of packages) tell('package', `${side}:${name}`);
}
