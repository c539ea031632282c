import type { EntityManager } from 'typeorm';
import { exactVersion, pluginNotFound } from '#catalog';
import type { PluginId, Version } from '#kernel';
import { ReleaseRow } from '../rows/catalog-rows.js';
import { findPlugin } from './sql-plugin-catalog.js';

/** The row of a release that is to be changed. Throws `plugin-not-found`, and `version-not-found` with a hint. */
export async function requireRelease(
  sql: EntityManager,
  plugin: PluginId,
  version: Version,
): Promise<ReleaseRow> {
  const row = await sql.findOneBy(ReleaseRow, { plugin_id: plugin, version });
  if (row) return row;
  const known = await findPlugin(sql, plugin);
  if (!known) throw pluginNotFound(plugin);
  exactVersion(known, version);
  throw new Error(`The release ${plugin} ${version} was found once, and then not.`);
}
