import type { EntityManager } from 'typeorm';
import { splitPluginId } from '#kernel';
import type { PluginId, Version } from '#kernel';
import type { Release } from '#catalog';
import { PublisherRow } from './rows/access-rows.js';
import { ReleaseArtifactRow, ReleasePinRow, ReleaseRow } from './rows/catalog-rows.js';
import { toRelease } from './to-release.js';

/** The release with all that belongs to it, whatever its standing. */
export async function findRelease(
  sql: EntityManager,
  plugin: PluginId,
  version: Version,
): Promise<Release | undefined> {
  const row = await sql.findOneBy(ReleaseRow, { plugin_id: plugin, version });
  if (!row) return undefined;
  const [publisher, pins, artifacts] = await Promise.all([
    sql.findOneBy(PublisherRow, { id: splitPluginId(plugin).publisher }),
    sql.find(ReleasePinRow, { where: { release_id: row.id }, order: { side: 'DESC', package: 'ASC' } }),
    sql.find(ReleaseArtifactRow, {
      select: { kind: true, filename: true, size: true, sha256: true },
      where: { release_id: row.id },
      order: { filename: 'ASC', sha256: 'ASC' },
    }),
  ]);
  return toRelease(row, {
    publisherTrust: publisher?.trust ?? 'untrusted',
    pins: pins.map(({ side, package: name, version: pinned }) => ({ side, package: name, version: pinned })),
    artifacts: artifacts.map(({ kind, filename, size, sha256 }) => ({ kind, filename, size, sha256 })),
  });
}
