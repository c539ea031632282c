import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { UpstreamPages } from '#packages';
import type { KeptAnswer, PackageSide, PageKey } from '#packages';
import type { Database } from '../database.js';
import { findRows } from '../find-rows.js';
import { insertRows } from '../insert-rows.js';
import { UpstreamPageRow } from '../rows/package-rows.js';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Large pages are many, and written more often than they are read: the quickest that still makes them a tenth. */
const level = 3;

/** Keeps pages as rows, compressed. No write of them waits for the disk: upstream can be asked again. */
export class SqlUpstreamPages extends UpstreamPages {
  constructor(private readonly database: Database) {
    super();
  }

  override async find({ side, name, form }: PageKey): Promise<KeptAnswer | undefined> {
    const key = { side, name, form };
    const [row] = await this.database.read((sql) =>
      findRows(sql, UpstreamPageRow, ['status', 'etag', 'body', 'checked_at'], key),
    );
    if (!row) return undefined;
    const page = row.body === null ? null : await decompress(row.body);
    return { page, etag: row.etag, checkedAt: row.checked_at };
  }

  override async isKept(side: PackageSide, name: string): Promise<boolean> {
    const rows = await this.database.read((sql) =>
      findRows(sql, UpstreamPageRow, ['form'], { side, name, status: 200 }),
    );
    return rows.length > 0;
  }

  override async keep({ side, name, form }: PageKey, { page, etag, checkedAt }: KeptAnswer): Promise<void> {
    const row = {
      side,
      name,
      form,
      status: page === null ? 404 : 200,
      etag,
      body: page === null ? null : await compress(page, { level }),
      fetched_at: checkedAt,
      checked_at: checkedAt,
    };
    const replaced = ['status', 'etag', 'body', 'fetched_at', 'checked_at'];
    await this.database.write(
      (sql) =>
        insertRows(
          sql,
          UpstreamPageRow,
          [row],
          `ON CONFLICT (side, name, form) DO UPDATE SET ${replaced.map((one) => `${one} = excluded.${one}`).join(', ')}`,
        ),
      { durable: false },
    );
  }

  override async confirm({ side, name, form }: PageKey, checkedAt: number): Promise<void> {
    await this.database.write(
      (sql) => sql.update(UpstreamPageRow, { side, name, form }, { checked_at: checkedAt }),
      { durable: false },
    );
  }
}
