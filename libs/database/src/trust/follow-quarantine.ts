import type { EntityManager } from 'typeorm';
import { compareVersions } from '#kernel';
import type { PluginId } from '#kernel';
import { quarantineOfPackage, quarantineOfRelease } from '#trust';
import type { PackageVersionName, Quarantine, ReleaseName } from '#trust';
import { QuarantineRow, ReleasePinRow, ReleaseRow } from '../rows/catalog-rows.js';
import { PackageVersionRow } from '../rows/package-rows.js';
import { selectRows } from '../select-rows.js';

/** A release that was looked at, and what changed of it. */
export interface FollowedRelease extends ReleaseName {
  readonly id: string;
  readonly change: 'release-quarantined' | 'release-unquarantined' | null;
}

/**
 * Computes anew, from the moderators' decisions alone, whether `packages` are quarantined, and then the releases that
 * pin them and those of `releaseIds`. The order in which decisions were made and taken back therefore doesn't matter.
 */
export async function followQuarantine(
  sql: EntityManager,
  packages: readonly PackageVersionName[],
  releaseIds: readonly string[],
): Promise<readonly FollowedRelease[]> {
  const ids = new Set(releaseIds);
  for (const name of packages) {
    await updatePackage(sql, name);
    const { side, package: pinned, version } = name;
    const pins = await sql.find(ReleasePinRow, {
      select: { release_id: true },
      where: { side, package: pinned, version },
    });
    for (const { release_id } of pins) ids.add(release_id);
  }
  const followed: FollowedRelease[] = [];
  for (const id of ids) followed.push(await updateRelease(sql, id));
  return followed.sort(
    (a, b) =>
      (a.plugin < b.plugin ? -1 : a.plugin > b.plugin ? 1 : 0) || compareVersions(b.version, a.version),
  );
}

async function updatePackage(sql: EntityManager, name: PackageVersionName): Promise<void> {
  const { side, package: pinned, version } = name;
  const decided = await decisionOn(sql, `package:${side}:${pinned}@${version}`);
  const releases = await selectRows<ReleaseName & Quarantine>(
    sql,
    `SELECT r.plugin_id AS plugin, r.version, q.reason, q.at FROM release_pin p
     JOIN plugin_release r ON r.id = p.release_id
     JOIN plugin g ON g.id = r.plugin_id
     JOIN package k ON k.side = p.side AND k.name = p.package AND k.publisher = g.publisher
     JOIN quarantine q ON q.subject = 'release:' || r.id
     WHERE p.side = ? AND p.package = ? AND p.version = ? ORDER BY q.at, r.id`,
    [side, pinned, version],
  );
  const quarantine = quarantineOfPackage(decided, releases);
  await sql.update(
    PackageVersionRow,
    { side, name: pinned, version },
    { quarantined_at: quarantine?.at ?? null, quarantine_reason: quarantine?.reason ?? null },
  );
}

async function updateRelease(sql: EntityManager, id: string): Promise<FollowedRelease> {
  const row = await sql.findOneOrFail(ReleaseRow, {
    select: { id: true, plugin_id: true, version: true, quarantined_at: true, quarantine_reason: true },
    where: { id },
  });
  const pinned = await selectRows<PackageVersionName & Quarantine>(
    sql,
    `SELECT v.side, v.name AS package, v.version, v.quarantine_reason AS reason, v.quarantined_at AS at
     FROM release_pin p JOIN package_version v ON v.side = p.side AND v.name = p.package AND v.version = p.version
     WHERE p.release_id = ? AND v.quarantined_at IS NOT NULL ORDER BY v.side, v.name`,
    [id],
  );
  const quarantine = quarantineOfRelease(await decisionOn(sql, `release:${id}`), pinned);
  const release = { id, plugin: row.plugin_id as PluginId, version: row.version };
  if ((quarantine?.reason ?? null) === row.quarantine_reason) return { ...release, change: null };
  await sql.update(
    ReleaseRow,
    { id },
    { quarantined_at: quarantine?.at ?? null, quarantine_reason: quarantine?.reason ?? null },
  );
  return { ...release, change: quarantine ? 'release-quarantined' : 'release-unquarantined' };
}

async function decisionOn(sql: EntityManager, subject: string): Promise<Quarantine | null> {
  const row = await sql.findOneBy(QuarantineRow, { subject });
  return row && { reason: row.reason, at: row.at };
}
