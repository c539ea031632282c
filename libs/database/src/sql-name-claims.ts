import { NameClaims } from '#packages';
import type { PackageSide } from '#packages';
import type { Database } from './database.js';
import { findRows } from './find-rows.js';
import { UpstreamPageRow } from './rows/package-rows.js';

/** Knows the names that were seen upstream. */
export class SqlNameClaims extends NameClaims {
  constructor(private readonly database: Database) {
    super();
  }

  override async isUpstream(side: PackageSide, name: string): Promise<boolean> {
    const rows = await this.database.read((sql) =>
      findRows(sql, UpstreamPageRow, ['form'], { side, name, status: 200 }),
    );
    return rows.length > 0;
  }
}
