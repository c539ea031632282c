import { publisherNotFound } from '#access';
import type { AuditedAct } from '#kernel';
import { PackageOwners } from '#packages';
import type { PackageSide } from '#packages';
import type { Database } from '../database.js';
import { findRows } from '../find-rows.js';
import { insertRows } from '../insert-rows.js';
import { recordAct } from '../trust/record-act.js';
import { PublisherRow } from '../rows/access-rows.js';
import { PackageMaintainerRow, PackageRow, PackageTagRow } from '../rows/package-rows.js';

/** Keeps owners of names in the rows of packages. */
export class SqlPackageOwners extends PackageOwners {
  constructor(private readonly database: Database) {
    super();
  }

  override async give(side: PackageSide, name: string, publisher: string, act: AuditedAct): Promise<void> {
    await this.database.write(async (sql, tell) => {
      const known = await findRows(sql, PublisherRow, ['id'], { id: publisher });
      if (known.length === 0) throw publisherNotFound(publisher);
      const key = { side, name };
      const [before] = await findRows(sql, PackageRow, ['publisher'], key);
      if (before?.publisher === publisher) return;
      const row = { ...key, publisher, created_at: act.at };
      const move = 'ON CONFLICT (side, name) DO UPDATE SET publisher = excluded.publisher';
      await insertRows(sql, PackageRow, [row], move);
      await sql.delete(PackageMaintainerRow, key);
      // Tags of what was pulled would point to versions that are no longer served.
      if (before?.publisher === null) await sql.delete(PackageTagRow, key);
      await recordAct(sql, { ...act, details: { ...act.details, before: before?.publisher ?? null } });
      tell('package', `${side}:${name}`);
    });
  }
}
