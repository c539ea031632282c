import { compareVersions, isPrerelease } from '#kernel';
import { PackageShelf, packageVersionKey } from '#catalog';
import type { HeldFile, HeldVersion, PackagePin, PackageSide, ReleaseArtifact } from '#catalog';
import { comparePythonVersions, isPythonPrerelease } from '#packages';
import type { NpmArtifact } from '#packages';
import type { Database } from '../database.js';
import { ReleasePinRow, ReleaseRow } from '../rows/catalog-rows.js';
import { PackageFileRow, PackageRow, PackageVersionRow } from '../rows/package-rows.js';
import { findRows } from '../find-rows.js';
import { selectRows } from '../select-rows.js';

/** What came from upstream is no file of a package that has an owner by now. */
const isUsable = `(f.origin <> 'upstream' OR EXISTS (
  SELECT 1 FROM package k WHERE k.side = f.side AND k.name = f.name AND k.publisher IS NULL))`;

/** Knows the packages of the store by their rows. */
export class SqlPackageShelf extends PackageShelf {
  constructor(private readonly database: Database) {
    super();
  }

  override async owner(side: PackageSide, name: string): Promise<string | null | undefined> {
    const [row] = await this.database.read((sql) => findRows(sql, PackageRow, ['publisher'], { side, name }));
    return row?.publisher;
  }

  override async find({ side, package: name, version }: PackagePin): Promise<HeldVersion | undefined> {
    const key = { side, name, version_key: packageVersionKey(side, version) };
    const [row] = await this.database.read((sql) => findRows(sql, PackageVersionRow, heldColumns, key));
    return row && toHeldVersion(side, row);
  }

  override async versions(side: PackageSide, name: string): Promise<readonly HeldVersion[]> {
    const rows = await this.database.read((sql) =>
      selectRows<HeldRow>(
        sql,
        `SELECT v.version, v.quarantined_at, v.quarantine_reason FROM package_version v
         WHERE v.side = ? AND v.name = ? AND EXISTS (
           SELECT 1 FROM package_file f WHERE f.side = v.side AND f.name = v.name AND f.version = v.version AND ${isUsable})`,
        [side, name],
      ),
    );
    const compare = side === 'npm' ? compareVersions : comparePythonVersions;
    return rows.map((row) => toHeldVersion(side, row)).sort((a, b) => compare(a.version, b.version));
  }

  override isKnown({ side, package: name, version }: PackagePin): Promise<boolean> {
    return this.database.read((sql) =>
      sql
        .createQueryBuilder(ReleasePinRow, 'pin')
        .innerJoin(ReleaseRow, 'release', 'release.id = pin.release_id AND release.review = :approved', {
          approved: 'approved',
        })
        .where({ side, package: name, version })
        .getExists(),
    );
  }

  override async files({ side, package: name, version }: PackagePin): Promise<readonly ReleaseArtifact[]> {
    const rows = await this.database.read((sql) =>
      selectRows<HeldFileFacts>(
        sql,
        `SELECT f.kind, f.filename, f.size, f.sha256 FROM package_file f
         WHERE f.side = ? AND f.name = ? AND f.version = ? AND ${isUsable}`,
        [side, name, version],
      ),
    );
    return rows.map((row) => ({ ...row, size: Number(row.size) }));
  }

  override async file(side: PackageSide, name: string, filename: string): Promise<HeldFile | undefined> {
    const [row] = await this.database.read((sql) =>
      selectRows<HeldFileFacts & { readonly version: string }>(
        sql,
        `SELECT f.version, f.kind, f.filename, f.size, f.sha256 FROM package_file f
         WHERE f.side = ? AND f.name = ? AND f.filename = ? AND ${isUsable}`,
        [side, name, filename],
      ),
    );
    if (!row) return undefined;
    const { version, ...artifact } = row;
    return { version, artifact: { ...artifact, size: Number(artifact.size) } };
  }

  override async knownFiles({
    side,
    package: name,
    version,
  }: PackagePin): Promise<readonly ReleaseArtifact[]> {
    const rows = await this.database.read((sql) =>
      selectRows<HeldFileFacts>(
        sql,
        `SELECT f.kind, f.filename, f.size, f.sha256 FROM package_file f
         WHERE f.side = ? AND f.name = ? AND f.version = ? AND ${isUsable} AND EXISTS (
           SELECT 1 FROM release_artifact a JOIN plugin_release r ON r.id = a.release_id
           JOIN release_pin p ON p.release_id = r.id AND p.side = f.side AND p.package = f.name AND p.version = f.version
           WHERE a.sha256 = f.sha256 AND a.filename = f.filename AND r.review = 'approved')`,
        [side, name, version],
      ),
    );
    return rows.map((row) => ({ ...row, size: Number(row.size) }));
  }

  override async tarballHas({ side, package: name, version }: PackagePin, path: string): Promise<boolean> {
    const rows = await this.database.read((sql) =>
      findRows(sql, PackageFileRow, ['facts'], { side, name, version, kind: 'tarball' }),
    );
    return rows.some((row) => (row.facts as NpmArtifact).files.some((file) => file.path === path));
  }
}

/** A bigint may come as text. */
type HeldFileFacts = Omit<ReleaseArtifact, 'size'> & { readonly size: number | string };

const heldColumns = ['version', 'quarantined_at', 'quarantine_reason'] as const;

interface HeldRow {
  readonly version: string;
  /** A bigint may come as text. */
  readonly quarantined_at: number | string | null;
  readonly quarantine_reason: string | null;
}

function toHeldVersion(side: PackageSide, row: HeldRow): HeldVersion {
  return {
    version: row.version,
    stable: !(side === 'npm' ? isPrerelease : isPythonPrerelease)(row.version),
    quarantined: row.quarantined_at === null ? null : { reason: row.quarantine_reason },
  };
}
