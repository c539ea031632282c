import type { EntityManager } from 'typeorm';
import { splitPluginId } from '#kernel';
import type { PluginId, Version } from '#kernel';
import type { Release, ReleaseArtifact } from '#catalog';
import { PublisherRow } from '../rows/access-rows.js';
import { ReleaseArtifactRow, ReleasePinRow, ReleaseRow } from '../rows/catalog-rows.js';
import { findRows } from '../find-rows.js';
import { toRelease } from './to-release.js';

/** The release with all that belongs to it, whatever its standing. */
export async function findRelease(
  sql: EntityManager,
  plugin: PluginId,
  version: Version,
): Promise<Release | undefined> {
  const [row] = await findRows(sql, ReleaseRow, 'all', { plugin_id: plugin, version });
  if (!row) return undefined;
  const own = { release_id: row.id };
  const [[publisher], pins, artifacts] = await Promise.all([
    findRows(sql, PublisherRow, ['trust'], { id: splitPluginId(plugin).publisher }),
    findRows(sql, ReleasePinRow, ['side', 'package', 'version'], own),
    findRows(sql, ReleaseArtifactRow, ['kind', 'filename', 'size', 'sha256'], own),
  ]);
  return toRelease(row, {
    publisherTrust: publisher?.trust ?? 'untrusted',
    pins,
    artifacts: artifacts.sort(byFilename),
  });
}

const byFilename = (a: ReleaseArtifact, b: ReleaseArtifact): number =>
  `${a.filename} ${a.sha256}` < `${b.filename} ${b.sha256}` ? -1 : 1;
