import type { EntityManager } from 'typeorm';
import { fileTaken, packageOwned, packageQuarantined } from '#catalog';
import type { PackagePin, ReleaseArtifact } from '#catalog';
import { PackageFileRow, PackageRow, PackageVersionRow } from './rows/catalog-rows.js';

export interface PackageWriter {
  readonly publisher: string;
  readonly at: number;
}

/**
 * Adds files to a package version, and both it and its package where they are new. Rows that somebody else wrote at the
 * same time are left as they are, and looked at afterwards: the same is fine. Throws `package-owned`, `file-taken`, and
 * `package-quarantined` (that one also without any file).
 */
export async function writePackageFiles(
  sql: EntityManager,
  pin: PackagePin,
  artifacts: readonly ReleaseArtifact[],
  { publisher, at }: PackageWriter,
): Promise<void> {
  const key = { side: pin.side, name: pin.package };
  const versionKey = { ...key, version: pin.version };
  if (artifacts.length > 0) {
    await insertMissing(sql, PackageRow, [{ ...key, publisher, created_at: at }]);
    const owner = await sql.findOneByOrFail(PackageRow, key);
    if (owner.publisher !== publisher) throw packageOwned(pin);
    await insertMissing(sql, PackageVersionRow, [{ ...versionKey, created_at: at }]);
  }
  const version = await sql.findOneByOrFail(PackageVersionRow, versionKey);
  if (version.quarantined_at !== null) throw packageQuarantined(pin, version.quarantine_reason);
  if (artifacts.length === 0) return;
  const files = artifacts.map(({ filename, sha256, size, kind }, index) => ({
    ...versionKey,
    filename,
    sha256,
    size,
    kind,
    facts: artifacts[index],
    created_at: at,
  }));
  await insertMissing(sql, PackageFileRow, files);
  await refuseContradictions(sql, pin, artifacts);
}

async function insertMissing(
  sql: EntityManager,
  table: abstract new () => object,
  rows: readonly object[],
): Promise<void> {
  await sql.createQueryBuilder().insert().into(table).values(rows).orIgnore().updateEntity(false).execute();
}

async function refuseContradictions(
  sql: EntityManager,
  pin: PackagePin,
  artifacts: readonly ReleaseArtifact[],
): Promise<void> {
  const kept = await sql.find(PackageFileRow, {
    select: { sha256: true },
    where: { side: pin.side, name: pin.package, version: pin.version },
  });
  const digests = new Set(kept.map(({ sha256 }) => sha256));
  const contradicting = artifacts.find(({ sha256 }) => !digests.has(sha256));
  if (contradicting) throw fileTaken(pin, contradicting.filename);
}
