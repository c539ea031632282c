import type { EntityManager } from 'typeorm';
import { announceChange } from './announce-change.js';
import type { AfterCommit } from './database.js';
import type { Notices } from './notices.js';
import { PluginRow } from './rows/catalog-rows.js';

/**
 * Tells of every plugin of `publisher` that its trust may have changed, in the write that changed the publisher's: the
 * manifests and search documents of all of them show it.
 */
export async function announcePublisherTrust(
  sql: EntityManager,
  afterCommit: AfterCommit,
  notices: Notices,
  publisher: string,
  at: number,
): Promise<void> {
  const plugins = await sql.find(PluginRow, {
    select: { id: true, latest_version: true },
    where: { publisher },
  });
  for (const { id, latest_version } of plugins) {
    await announceChange(sql, afterCommit, notices, {
      type: 'publisher-trust-changed',
      plugin: id,
      version: null,
      // A plugin without an approved release is nothing that others may hear of.
      visible: latest_version !== null,
      at,
    });
  }
}
