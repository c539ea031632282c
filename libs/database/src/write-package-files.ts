import type { EntityManager } from 'typeorm';
import { fileTaken, packageOwned, packageQuarantined, packageVersionKey } from '#catalog';
import type { PackagePin, ReleaseArtifact } from '#catalog';
import { insertRows } from './insert-rows.js';
import { PackageFileRow, PackageRow, PackageVersionRow } from './rows/catalog-rows.js';
import { findRows } from './find-rows.js';

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
  writer: PackageWriter,
): Promise<void> {
  const key = { side: pin.side, name: pin.package };
  const versionKey = { ...key, version: pin.version };
  if (artifacts.length > 0) await writeVersion(sql, pin, writer);
  const [version] = await findRows(
    sql,
    PackageVersionRow,
    ['quarantined_at', 'quarantine_reason'],
    versionKey,
  );
  // Somebody else may have been the first with another spelling of the version.
  if (!version) throw fileTaken(pin, artifacts[0]?.filename ?? pin.version);
  if (version.quarantined_at !== null) throw packageQuarantined(pin, version.quarantine_reason);
  if (artifacts.length === 0) return;
  const files = artifacts.map((artifact) => ({
    ...versionKey,
    filename: artifact.filename,
    sha256: artifact.sha256,
    size: artifact.size,
    kind: artifact.kind as PackageFileRow['kind'],
    facts: artifact,
    created_at: writer.at,
  }));
  await insertRows(sql, PackageFileRow, files, 'ON CONFLICT DO NOTHING');
  await refuseContradictions(sql, pin, artifacts);
}

async function writeVersion(
  sql: EntityManager,
  pin: PackagePin,
  { publisher, at }: PackageWriter,
): Promise<void> {
  const key = { side: pin.side, name: pin.package };
  await insertRows(sql, PackageRow, [{ ...key, publisher, created_at: at }], 'ON CONFLICT DO NOTHING');
  const [owner] = await findRows(sql, PackageRow, ['publisher'], key);
  if (owner?.publisher !== publisher) throw packageOwned(pin);
  const version = {
    ...key,
    version: pin.version,
    version_key: packageVersionKey(pin.side, pin.version),
    created_at: at,
  };
  await insertRows(sql, PackageVersionRow, [version], 'ON CONFLICT DO NOTHING');
}

async function refuseContradictions(
  sql: EntityManager,
  pin: PackagePin,
  artifacts: readonly ReleaseArtifact[],
): Promise<void> {
  const version = { side: pin.side, name: pin.package, version: pin.version };
  const kept = await findRows(sql, PackageFileRow, ['sha256'], version);
  const digests = new Set(kept.map(({ sha256 }) => sha256));
  const contradicting = artifacts.find(({ sha256 }) => !digests.has(sha256));
  if (contradicting) throw fileTaken(pin, contradicting.filename);
}
