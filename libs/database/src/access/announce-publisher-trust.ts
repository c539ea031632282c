import type { EntityManager } from 'typeorm';
import { announceChange } from '../catalog/announce-change.js';
import type { Tell } from '../database.js';
import { PluginRow, ReleaseRow } from '../rows/catalog-rows.js';

/**
 * Tells of every plugin of `publisher` that its trust may have changed, in the write that changed the publisher's: the
 * manifests and search documents of all of them show it.
 */
export async function announcePublisherTrust(
  sql: EntityManager,
  tell: Tell,
  publisher: string,
  at: number,
): Promise<void> {
  const plugins = await sql.find(PluginRow, { select: { id: true }, where: { publisher } });
  for (const { id } of plugins) {
    await announceChange(sql, tell, {
      type: 'publisher-trust-changed',
      plugin: id,
      version: null,
      // A plugin without an approved release is nothing that others may hear of.
      visible: await sql.existsBy(ReleaseRow, { plugin_id: id, review: 'approved' }),
      at,
    });
  }
}
