import { packageVersionKey } from '#catalog';
import { PulledPackages, upstreamChanged } from '#packages';
import type { KeptMetadata, NpmArtifact, PackageSide, PythonArtifact } from '#packages';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database.js';
import { findRows } from '../find-rows.js';
import { insertRows } from '../insert-rows.js';
import { needBlobs } from './needed-blobs.js';
import { UpstreamMetadataRow } from '../rows/blob-rows.js';
import { PackageFileRow, PackageRow, PackageVersionRow } from '../rows/package-rows.js';
import { selectRows } from '../select-rows.js';

type Pulled = NpmArtifact | PythonArtifact;

/** Keeps what was pulled beside what was uploaded, as packages without an owner. */
export class SqlPulledPackages extends PulledPackages {
  constructor(private readonly database: Database) {
    super();
  }

  override add(artifact: Pulled, at: number): Promise<boolean> {
    const key = keyOf(artifact);
    return this.database.write(async (sql) => {
      await insertRows(
        sql,
        PackageRow,
        [{ ...key, publisher: null, created_at: at }],
        'ON CONFLICT DO NOTHING',
      );
      const [owner] = await findRows(sql, PackageRow, ['publisher'], key);
      if (owner?.publisher !== null) return false;
      await needBlobs(sql, [artifact.sha256]);
      const version = await writeVersion(sql, artifact, at);
      const file = {
        ...key,
        version,
        filename: artifact.filename,
        sha256: artifact.sha256,
        size: artifact.size,
        kind: artifact.kind,
        facts: { ...artifact, version },
        origin: 'upstream' as const,
        created_at: at,
      };
      await insertRows(sql, PackageFileRow, [file], 'ON CONFLICT DO NOTHING');
      const fileKey = { ...key, filename: artifact.filename };
      const [kept] = await findRows(sql, PackageFileRow, ['sha256'], fileKey);
      if (kept?.sha256 !== artifact.sha256) throw upstreamChanged(artifact.filename);
      // No document shows which files were pulled, save where upstream is off and none are: nobody has to forget any.
      return true;
    });
  }

  override async addMetadata(name: string, { sha256, size }: KeptMetadata, at: number): Promise<void> {
    await this.database.write(async (sql) => {
      await needBlobs(sql, [sha256]);
      await insertRows(
        sql,
        UpstreamMetadataRow,
        [{ sha256, name, size, kept_at: at }],
        'ON CONFLICT DO NOTHING',
      );
    });
  }

  override async describe(artifact: Pulled): Promise<void> {
    const { filename, sha256 } = artifact;
    const key = { ...keyOf(artifact), filename, sha256, origin: 'upstream' as const };
    await this.database.write((sql) => sql.update(PackageFileRow, key, { facts: artifact }));
  }

  override async quarantined(side: PackageSide, name: string): Promise<ReadonlyMap<string, string>> {
    const rows = await this.database.read((sql) =>
      selectRows<{ version: string; reason: string | null }>(
        sql,
        `SELECT version, quarantine_reason AS reason FROM package_version
         WHERE side = ? AND name = ? AND quarantined_at IS NOT NULL`,
        [side, name],
      ),
    );
    return new Map(rows.map(({ version, reason }) => [version, reason ?? 'no reason given']));
  }
}

const keyOf = (artifact: Pulled): { readonly side: PackageSide; readonly name: string } => ({
  side: artifact.kind === 'tarball' ? 'npm' : 'python',
  name: artifact.package,
});

/** The version as it is spelt here: whoever came first may have spelt it otherwise. */
async function writeVersion(sql: EntityManager, artifact: Pulled, at: number): Promise<string> {
  const key = keyOf(artifact);
  const version_key = packageVersionKey(key.side, artifact.version);
  const row = { ...key, version: artifact.version, version_key, created_at: at, created_by: null };
  await insertRows(sql, PackageVersionRow, [row], 'ON CONFLICT DO NOTHING');
  const [kept] = await findRows(sql, PackageVersionRow, ['version'], { ...key, version_key });
  return kept?.version ?? artifact.version;
}
