import type { EntityManager } from 'typeorm';
import { IsNull } from 'typeorm';
import { latestVersion } from '#catalog';
import type { AfterCommit } from './database.js';
import type { Notices } from './notices.js';
import { ChangeRow, PluginRow, ReleaseRow } from './rows/catalog-rows.js';

export interface Change {
  /** A fact in kebab-case, e.g. `release-published`, `release-yanked`, `channel-moved`. */
  readonly type: string;
  readonly plugin: string;
  readonly version: string | null;
  /** Whether the public feed may tell it. */
  readonly visible: boolean;
  readonly at: number;
}

/**
 * The last step of every write that changes a plugin: computes its latest version anew, raises its revision, adds to
 * the feed, and tells this process's caches and index once it is committed.
 */
export async function announceChange(
  sql: EntityManager,
  afterCommit: AfterCommit,
  notices: Notices,
  change: Change,
): Promise<void> {
  const candidates = await sql.find(ReleaseRow, {
    select: { version: true },
    where: { plugin_id: change.plugin, review: 'approved', yanked_at: IsNull(), quarantined_at: IsNull() },
  });
  await sql
    .createQueryBuilder()
    .update(PluginRow)
    .set({
      latest_version: latestVersion(candidates.map((row) => row.version)),
      revision: () => 'revision + 1',
      updated_at: change.at,
    })
    .where({ id: change.plugin })
    .execute();
  await sql.insert(ChangeRow, {
    type: change.type,
    plugin_id: change.plugin,
    version: change.version,
    visible: change.visible,
    at: change.at,
  });
  afterCommit(() => notices.publish('plugin', change.plugin));
}
