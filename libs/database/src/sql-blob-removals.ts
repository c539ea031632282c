import { BlobRemovals } from '#packages';
import type { BlobRemoval, RemovalsDue } from '#packages';
import type { Database } from './database.js';
import { blobTables, isNeeded } from './needed-blobs.js';
import { selectRows } from './select-rows.js';

interface Row {
  readonly sha256: string;
  readonly state: BlobRemoval['state'];
  readonly since: number | string;
}

const marks = (digests: readonly string[]): string => digests.map(() => '?').join(', ');

/**
 * Keeps in a table which blobs are on their way out. Rows that need blobs are written in turn with what begins a removal, so
 * that each sees the other.
 */
export class SqlBlobRemovals extends BlobRemovals {
  constructor(private readonly database: Database) {
    super();
  }

  override async find(digests: readonly string[]): Promise<ReadonlyMap<string, BlobRemoval>> {
    const rows = await this.database.read((sql) =>
      selectRows<Row>(
        sql,
        `SELECT sha256, state, since FROM blob_removal WHERE sha256 IN (${marks(digests)})`,
        digests,
      ),
    );
    return new Map(rows.map(({ sha256, state, since }) => [sha256, { state, since: Number(since) }]));
  }

  override async forget(sha256: string, { state, since }: BlobRemoval): Promise<boolean> {
    const gone = await this.database.write((sql) =>
      selectRows(
        sql,
        'DELETE FROM blob_removal WHERE sha256 = ? AND state = ? AND since = ? RETURNING sha256',
        [sha256, state, since],
      ),
    );
    return gone.length > 0;
  }

  override async unneeded(digests: readonly string[]): Promise<readonly string[]> {
    const needed = await this.database.read(async (sql) => {
      const found: { sha256: string }[] = [];
      for (const table of blobTables) {
        found.push(
          ...(await selectRows<{ sha256: string }>(
            sql,
            `SELECT DISTINCT sha256 FROM ${table} WHERE sha256 IN (${marks(digests)})`,
            digests,
          )),
        );
      }
      return new Set(found.map(({ sha256 }) => sha256));
    });
    return digests.filter((sha256) => !needed.has(sha256));
  }

  override mark(digests: readonly string[], now: number): Promise<number> {
    return this.database.write(async (sql) => {
      let marked = 0;
      for (const sha256 of digests) {
        const added = await selectRows(
          sql,
          `INSERT INTO blob_removal (sha256, state, since)
           SELECT CAST(? AS varchar(64)), 'marked', CAST(? AS bigint) WHERE NOT ${isNeeded('CAST(? AS varchar(64))')}
           ON CONFLICT DO NOTHING RETURNING sha256`,
          [sha256, now, ...blobTables.map(() => sha256)],
        );
        marked += added.length;
      }
      return marked;
    });
  }

  override begin({ now, markedBefore, begunBefore, most }: RemovalsDue): Promise<readonly string[]> {
    return this.database.write(async (sql) => {
      await selectRows(
        sql,
        `DELETE FROM blob_removal WHERE state = 'marked' AND since <= ? AND ${isNeeded('blob_removal.sha256')}
         RETURNING sha256`,
        [markedBefore],
      );
      const due = await selectRows<{ sha256: string }>(
        sql,
        `UPDATE blob_removal SET state = 'removing', since = ? WHERE sha256 IN (
           SELECT sha256 FROM blob_removal
           WHERE (state = 'marked' AND since <= ?) OR (state = 'removing' AND since <= ?)
           ORDER BY since, sha256 LIMIT ?)
         RETURNING sha256`,
        [now, markedBefore, begunBefore, most],
      );
      return due.map(({ sha256 }) => sha256);
    });
  }

  override async end(digests: readonly string[], begunAt: number, now: number): Promise<void> {
    await this.database.write((sql) =>
      selectRows(
        sql,
        `UPDATE blob_removal SET state = 'removed', since = ?
         WHERE state = 'removing' AND since = ? AND sha256 IN (${marks(digests)}) RETURNING sha256`,
        [now, begunAt, ...digests],
      ),
    );
  }

  override async forgetRemoved(before: number): Promise<void> {
    await this.database.write((sql) =>
      selectRows(sql, "DELETE FROM blob_removal WHERE state = 'removed' AND since < ? RETURNING sha256", [
        before,
      ]),
    );
  }
}
