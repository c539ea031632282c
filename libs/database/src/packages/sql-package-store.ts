import { PackageStore } from '#packages';
import type { NpmSignature, PackageSide, PackageUpload } from '#packages';
import { IsNull } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database.js';
import { findRows } from '../find-rows.js';
import { insertRows } from '../insert-rows.js';
import { recordAct } from '../trust/record-act.js';
import { PackageFileRow, PackageMaintainerRow, PackageTagRow } from '../rows/package-rows.js';
import { scopePublishers } from './scope-publishers.js';
import { writePackageFiles } from './write-package-files.js';

/** Keeps packages in tables; unique constraints say who was first. */
export class SqlPackageStore extends PackageStore {
  constructor(private readonly database: Database) {
    super();
  }

  override add(upload: PackageUpload): Promise<boolean> {
    const { side, artifact, publisher, by, at } = upload;
    return this.database.write(async (sql, tell) => {
      const before = await originOf(sql, upload);
      const pin = { side, package: artifact.package, version: artifact.version };
      await writePackageFiles(sql, pin, [artifact], { publisher, by, at, origin: 'upload' });
      if (before === 'upload') return false;
      // What had only come with a release is served by itself from now on.
      if (before !== undefined) await sql.update(PackageFileRow, sameBytes(upload), { origin: 'upload' });
      for (const tag of upload.tags) await pointTag(sql, upload, tag);
      await recordAct(sql, upload.act);
      tell('package', `${side}:${artifact.package}`);
      return true;
    });
  }

  override keepSignatures(
    name: string,
    made: ReadonlyMap<string, readonly NpmSignature[]>,
  ): Promise<ReadonlyMap<string, readonly NpmSignature[]>> {
    return this.database.write(async (sql) => {
      const settled = new Map<string, readonly NpmSignature[]>();
      for (const [filename, signatures] of made) {
        const key = { side: 'npm' as const, name, filename };
        await sql.update(PackageFileRow, { ...key, signatures: IsNull() }, { signatures });
        const [row] = await findRows(sql, PackageFileRow, ['signatures'], key);
        if (row) settled.set(filename, row.signatures as NpmSignature[]);
      }
      return settled;
    });
  }

  override scopePublishers(scope: string): Promise<readonly string[]> {
    return this.database.read((sql) => scopePublishers(sql, scope));
  }

  override async isMaintainer(side: PackageSide, name: string, accountId: string): Promise<boolean> {
    const key = { side, name, account_id: accountId };
    const rows = await this.database.read((sql) => findRows(sql, PackageMaintainerRow, ['account_id'], key));
    return rows.length > 0;
  }
}

/** The very same bytes in the same version: under a release they may have another file name. */
const sameBytes = ({ side, artifact }: PackageUpload) => ({
  side,
  name: artifact.package,
  version: artifact.version,
  sha256: artifact.sha256,
});

/** How they came to be there; undefined where they are not. */
async function originOf(sql: EntityManager, upload: PackageUpload): Promise<string | undefined> {
  const rows = await findRows(sql, PackageFileRow, ['origin'], sameBytes(upload));
  return rows.find(({ origin }) => origin === 'upload')?.origin ?? rows[0]?.origin;
}

async function pointTag(sql: EntityManager, { side, artifact }: PackageUpload, tag: string): Promise<void> {
  const row = { side, name: artifact.package, tag, version: artifact.version };
  await insertRows(
    sql,
    PackageTagRow,
    [row],
    'ON CONFLICT (side, name, tag) DO UPDATE SET version = excluded.version',
  );
}
