import type { EntityManager } from 'typeorm';
import type { AfterCommit } from './database.js';
import { findRows } from './find-rows.js';
import type { Notices } from './notices.js';
import { PackageRow } from './rows/package-rows.js';

/** Tells of every package of `publisher` that its maintainers may have changed: their documents name them. */
export async function announceMaintainers(
  sql: EntityManager,
  afterCommit: AfterCommit,
  notices: Notices,
  publisher: string,
): Promise<void> {
  const packages = await findRows(sql, PackageRow, ['side', 'name'], { publisher });
  afterCommit(() => {
    for (const { side, name } of packages) notices.publish('package', `${side}:${name}`);
  });
}
