import { BlobRemovals } from '#packages';
import type { BegunRemoval, BlobRemoval, RemovalsDue } from '#packages';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database.js';
import { databaseNow } from '../database-now.js';
import { blobTables, isNeeded } from './needed-blobs.js';
import { selectRows } from '../select-rows.js';

interface Row {
  readonly sha256: string;
  readonly state: BlobRemoval['state'];
  readonly since: number | string;
  readonly for_ms: number | string;
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
        `SELECT sha256, state, since, ${databaseNow(sql)} - since AS for_ms
         FROM blob_removal WHERE sha256 IN (${marks(digests)})`,
        digests,
      ),
    );
    return new Map(
      rows.map(({ sha256, state, since, for_ms }) => [
        sha256,
        { state, since: Number(since), forMs: Number(for_ms) },
      ]),
    );
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

  override mark(digests: readonly string[]): Promise<number> {
    return this.database.write(async (sql) => {
      let marked = 0;
      for (const sha256 of digests) {
        const added = await selectRows(
          sql,
          `INSERT INTO blob_removal (sha256, state, since)
           SELECT CAST(? AS varchar(64)), 'marked', ${databaseNow(sql)} WHERE NOT ${isNeeded('CAST(? AS varchar(64))')}
           ON CONFLICT DO NOTHING RETURNING sha256`,
          [sha256, ...blobTables.map(() => sha256)],
        );
        marked += added.length;
      }
      return marked;
    });
  }

  override begin({ markedForMs, begunForMs, most }: RemovalsDue): Promise<BegunRemoval> {
    return this.database.write(async (sql) => {
      const now = await nowOf(sql);
      await selectRows(
        sql,
        `DELETE FROM blob_removal WHERE state = 'marked' AND since <= ? AND ${isNeeded('blob_removal.sha256')}
         RETURNING sha256`,
        [now - markedForMs],
      );
      const due = await selectRows<{ sha256: string }>(
        sql,
        `UPDATE blob_removal SET state = 'removing', since = ? WHERE sha256 IN (
           SELECT sha256 FROM blob_removal
           WHERE (state = 'marked' AND since <= ?) OR (state = 'removing' AND since <= ?)
           ORDER BY since, sha256 LIMIT ?)
         RETURNING sha256`,
        [now, now - markedForMs, now - begunForMs, most],
      );
      return { digests: due.map(({ sha256 }) => sha256), at: now };
    });
  }

  override async end({ digests, at }: BegunRemoval): Promise<void> {
    await this.database.write((sql) =>
      selectRows(
        sql,
        `UPDATE blob_removal SET state = 'removed', since = ${databaseNow(sql)}
         WHERE state = 'removing' AND since = ? AND sha256 IN (${marks(digests)}) RETURNING sha256`,
        [at, ...digests],
      ),
    );
  }

  override async forgetRemoved(forMs: number): Promise<void> {
    await this.database.write((sql) =>
      selectRows(
        sql,
        `DELETE FROM blob_removal WHERE state = 'removed' AND since < ${databaseNow(sql)} - ? RETURNING sha256`,
        [forMs],
      ),
    );
  }
}

/** It stands in several rows, and says later which ones they were. */
async function nowOf(sql: EntityManager): Promise<number> {
  const [row] = await selectRows<{ now: number | string }>(sql, `SELECT ${databaseNow(sql)} AS now`, []);
  return Number(row?.now);
}
