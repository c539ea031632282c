import type { EntityManager } from 'typeorm';
import { fileTaken, packageOwned, packageQuarantined, packageVersionKey } from '#catalog';
import type { PackagePin, ReleaseArtifact } from '#catalog';
import { insertRows } from '../insert-rows.js';
import { PackageFileRow, PackageRow, PackageTagRow, PackageVersionRow } from '../rows/package-rows.js';
import { findRows } from '../find-rows.js';
import { needBlobs } from './needed-blobs.js';
import { selectRows } from '../select-rows.js';
import { compareVersions, isPrerelease } from '#kernel';
import { nameDiffersInCase, nameTakenUpstream, npmScopeOf, scopeTaken } from '#packages';
import { scopePublishers } from './scope-publishers.js';

export interface PackageWriter {
  readonly publisher: string;
  readonly at: number;
  /** The username of whoever uploads. */
  readonly by: string;
  readonly origin: 'upload' | 'release';
}

/**
 * Adds files to a package version, and both it and its package where they are new. Rows that somebody else wrote at the
 * same time are left as they are, and looked at afterwards: the same is fine. Throws `package-owned`, `scope-taken`, `name-differs-in-case`,
 * `file-taken`, and `package-quarantined` (that one also without any file).
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
  await needBlobs(
    sql,
    artifacts.map(({ sha256 }) => sha256),
  );
  const files = artifacts.map((artifact) => ({
    ...versionKey,
    filename: artifact.filename,
    sha256: artifact.sha256,
    size: artifact.size,
    kind: artifact.kind as PackageFileRow['kind'],
    facts: artifact,
    origin: writer.origin,
    created_at: writer.at,
  }));
  await insertRows(sql, PackageFileRow, files, 'ON CONFLICT DO NOTHING');
  await settleFiles(sql, pin, artifacts, writer.origin);
  if (pin.side === 'npm') await pointLatest(sql, pin, writer.origin);
}

async function writeVersion(
  sql: EntityManager,
  pin: PackagePin,
  { publisher, at, by }: PackageWriter,
): Promise<void> {
  const key = { side: pin.side, name: pin.package };
  const known = await findRows(sql, PackageRow, ['publisher'], key);
  if (known.length === 0 && pin.side === 'npm') {
    await requireScope(sql, pin, publisher);
    await requireDistinctName(sql, pin.package);
  }
  await insertRows(sql, PackageRow, [{ ...key, publisher, created_at: at }], 'ON CONFLICT DO NOTHING');
  const [owner] = await findRows(sql, PackageRow, ['publisher'], key);
  if (owner?.publisher === null) throw nameTakenUpstream(pin.side, pin.package);
  if (owner?.publisher !== publisher) throw packageOwned(pin);
  const version = {
    ...key,
    version: pin.version,
    version_key: packageVersionKey(pin.side, pin.version),
    created_at: at,
    created_by: by,
  };
  await insertRows(sql, PackageVersionRow, [version], 'ON CONFLICT DO NOTHING');
}

/** Two publishers may begin to use a scope at once: the first one has it. Throws `scope-taken`. */
async function requireScope(sql: EntityManager, pin: PackagePin, publisher: string): Promise<void> {
  const scope = npmScopeOf(pin.side, pin.package);
  const others = scope === null ? [] : await scopePublishers(sql, scope);
  const other = others.find((one) => one !== publisher);
  if (scope !== null && other !== undefined) throw scopeTaken(scope, other);
}

/** Of names that differ only in case, a person can't tell whose is whose, nor can every disk. */
async function requireDistinctName(sql: EntityManager, name: string): Promise<void> {
  const [other] = await selectRows<{ name: string }>(
    sql,
    "SELECT name FROM package WHERE side = 'npm' AND lower(name) = ? LIMIT 1",
    [name.toLowerCase()],
  );
  if (other) throw nameDiffersInCase(name, other.name);
}

/** Throws `file-taken` unless the version has exactly these bytes now. */
async function settleFiles(
  sql: EntityManager,
  pin: PackagePin,
  artifacts: readonly ReleaseArtifact[],
  origin: PackageWriter['origin'],
): Promise<void> {
  const version = { side: pin.side, name: pin.package, version: pin.version };
  const kept = await findRows(sql, PackageFileRow, ['filename', 'sha256', 'origin'], version);
  const originOf = new Map(kept.map((row) => [row.sha256, row.origin]));
  const contradicting = artifacts.find(({ sha256 }) => !originOf.has(sha256));
  if (contradicting) throw fileTaken(pin, contradicting.filename);
  for (const { filename, sha256 } of artifacts) {
    // The very bytes that were pulled before the name was granted: now they are the owner's.
    if (originOf.get(sha256) === 'upstream')
      await sql.update(PackageFileRow, { ...version, filename, sha256 }, { origin });
  }
}

/**
 * npm installs `latest` where nothing else is asked for, so every package has one: what comes with releases raises it to
 * the highest stable version; who uploads says by tags what it shall be.
 */
async function pointLatest(
  sql: EntityManager,
  { side, package: name, version }: PackagePin,
  origin: PackageWriter['origin'],
): Promise<void> {
  const key = { side, name, tag: 'latest' };
  const [latest] = await findRows(sql, PackageTagRow, ['version'], key);
  if (!latest) await insertRows(sql, PackageTagRow, [{ ...key, version }]);
  else if (origin === 'release' && isHigher(version, latest.version))
    await sql.update(PackageTagRow, key, { version });
}

const isHigher = (version: string, than: string): boolean =>
  isPrerelease(version)
    ? isPrerelease(than) && compareVersions(version, than) > 0
    : isPrerelease(than) || compareVersions(version, than) > 0;
