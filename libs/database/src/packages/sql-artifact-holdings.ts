import type { PluginId } from '#kernel';
import { ArtifactHoldings } from '#packages';
import type { HeldArtifact } from '#packages';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database.js';
import { ReleaseArtifactRow, ReleaseRow } from '../rows/catalog-rows.js';
import { PackageFileRow, PackageVersionRow } from '../rows/package-rows.js';

interface HoldersRow {
  readonly plugin: PluginId;
  readonly review: string;
  readonly withdrawn: number | boolean;
  readonly reason: string | null;
  readonly size: number | string;
}

/** Reads from the rows of releases what artifacts there are. */
export class SqlArtifactHoldings extends ArtifactHoldings {
  constructor(private readonly database: Database) {
    super();
  }

  override find(sha256: string, filename: string): Promise<HeldArtifact | undefined> {
    return this.database.read(async (sql) => {
      const holders = await findHolders(sql, sha256, filename);
      const [first] = holders;
      if (!first) return undefined;
      return {
        size: Number(first.size),
        holders: holders.map(({ plugin, review, withdrawn, reason }) => ({
          plugin,
          approved: review === 'approved',
          quarantined: withdrawn ? { reason } : null,
        })),
        packageQuarantined: await findPackageQuarantine(sql, sha256, filename),
      };
    });
  }
}

/** Grouped, since any number of releases may share an artifact. */
function findHolders(sql: EntityManager, sha256: string, filename: string): Promise<HoldersRow[]> {
  const withdrawn = 'CASE WHEN release.quarantined_at IS NULL THEN 0 ELSE 1 END';
  return sql
    .createQueryBuilder(ReleaseArtifactRow, 'artifact')
    .innerJoin(ReleaseRow, 'release', 'release.id = artifact.release_id')
    .where({ sha256, filename })
    .select('release.plugin_id', 'plugin')
    .addSelect('release.review', 'review')
    .addSelect(withdrawn, 'withdrawn')
    .addSelect('MIN(release.quarantine_reason)', 'reason')
    .addSelect('MIN(artifact.size)', 'size')
    .groupBy('release.plugin_id')
    .addGroupBy('release.review')
    .addGroupBy(withdrawn)
    .getRawMany<HoldersRow>();
}

async function findPackageQuarantine(
  sql: EntityManager,
  sha256: string,
  filename: string,
): Promise<{ reason: string | null } | null> {
  const row = await sql
    .createQueryBuilder(PackageFileRow, 'file')
    .innerJoin(
      PackageVersionRow,
      'version',
      'version.side = file.side AND version.name = file.name AND version.version = file.version',
    )
    .where({ sha256, filename })
    .andWhere('version.quarantined_at IS NOT NULL')
    .select('version.quarantine_reason', 'reason')
    .getRawOne<{ reason: string | null }>();
  return row ? { reason: row.reason } : null;
}
