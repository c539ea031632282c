import { compareVersions, isPrerelease } from '#kernel';
import { PackageShelf } from '#catalog';
import type { HeldPackage, HeldVersion, PackagePin, PackageSide, ReleaseArtifact } from '#catalog';
import { comparePythonVersions, isPythonPrerelease } from '#packages';
import type { NpmArtifact } from '#packages';
import type { EntityManager } from 'typeorm';
import type { Database } from './database.js';
import {
  PackageFileRow,
  PackageRow,
  PackageVersionRow,
  ReleasePinRow,
  ReleaseRow,
} from './rows/catalog-rows.js';

/** Knows the packages of the store by their rows. */
export class SqlPackageShelf extends PackageShelf {
  constructor(private readonly database: Database) {
    super();
  }

  override find(side: PackageSide, name: string): Promise<HeldPackage | undefined> {
    return this.database.read(async (sql) => {
      const row = await sql.findOneBy(PackageRow, { side, name });
      if (!row) return undefined;
      const [versions, known] = await Promise.all([
        sql.findBy(PackageVersionRow, { side, name }),
        approvedVersions(sql, side, name),
      ]);
      return { owner: row.publisher, versions: sortedVersions(side, versions, known) };
    });
  }

  override async files(pin: PackagePin): Promise<readonly ReleaseArtifact[]> {
    return this.database.read((sql) =>
      sql.find(PackageFileRow, {
        select: { kind: true, filename: true, size: true, sha256: true },
        where: { side: pin.side, name: pin.package, version: pin.version },
        order: { filename: 'ASC' },
      }),
    );
  }

  override async tarballHas(pin: PackagePin, path: string): Promise<boolean> {
    const rows = await this.database.read((sql) =>
      sql.findBy(PackageFileRow, {
        side: pin.side,
        name: pin.package,
        version: pin.version,
        kind: 'tarball',
      }),
    );
    return rows.some((row) => (row.facts as NpmArtifact).files.some((file) => file.path === path));
  }
}

/** The versions that an approved release pins. */
async function approvedVersions(
  sql: EntityManager,
  side: PackageSide,
  name: string,
): Promise<ReadonlySet<string>> {
  const rows = await sql
    .createQueryBuilder(ReleasePinRow, 'pin')
    .innerJoin(ReleaseRow, 'release', 'release.id = pin.release_id AND release.review = :approved', {
      approved: 'approved',
    })
    .where({ side, package: name })
    .select('DISTINCT pin.version', 'version')
    .getRawMany<{ version: string }>();
  return new Set(rows.map(({ version }) => version));
}

function sortedVersions(
  side: PackageSide,
  rows: readonly PackageVersionRow[],
  known: ReadonlySet<string>,
): HeldVersion[] {
  const compare = side === 'npm' ? compareVersions : comparePythonVersions;
  const isEarly = side === 'npm' ? isPrerelease : isPythonPrerelease;
  return rows
    .map((row) => ({
      version: row.version,
      stable: !isEarly(row.version),
      quarantined: row.quarantined_at === null ? null : { reason: row.quarantine_reason },
      known: known.has(row.version),
    }))
    .sort((a, b) => compare(a.version, b.version));
}
