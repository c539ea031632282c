import type { EntityManager } from 'typeorm';
import { latestVersion } from '#catalog';
import type { Tell } from '../database.js';
import { insertRows } from '../insert-rows.js';
import { ChangeRow, ReleaseRow } from '../rows/catalog-rows.js';
import { findRows } from '../find-rows.js';
import { selectRows } from '../select-rows.js';

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
export async function announceChange(sql: EntityManager, tell: Tell, change: Change): Promise<void> {
  const candidates = await findRows(sql, ReleaseRow, ['version'], {
    plugin_id: change.plugin,
    review: 'approved',
    yanked_at: null,
    quarantined_at: null,
  });
  const latest = latestVersion(candidates.map((row) => row.version));
  const mark = (index: number) => sql.dataSource.driver.createParameter('', index);
  await sql.query(
    `UPDATE plugin SET revision = revision + 1, latest_version = ${mark(0)}, updated_at = ${mark(1)} WHERE id = ${mark(2)}`,
    [latest, change.at, change.plugin],
  );
  const { type, plugin, version, visible, at } = change;
  await insertRows(sql, ChangeRow, [{ type, plugin_id: plugin, version, visible, at }]);
  tell('plugin', change.plugin);
  if (version !== null) await announcePins(sql, tell, change);
}

/** What becomes of a release shows in the indexes of the packages that it pins. */
async function announcePins(sql: EntityManager, tell: Tell, { plugin, version }: Change): Promise<void> {
  const pins = await selectRows<{ side: string; package: string }>(
    sql,
    `SELECT p.side, p.package FROM plugin_release r JOIN release_pin p ON p.release_id = r.id
     WHERE r.plugin_id = ? AND r.version = ?`,
    [plugin, version],
  );
  for (const pin of pins) tell('package', `${pin.side}:${pin.package}`);
}
