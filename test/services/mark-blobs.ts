import { selectRows, SqlBlobRemovals } from '#database';
import type { Database } from '#database';

/** Marks blobs that no row names, as if that had been seen so long ago; how many. */
export async function markBlobs(
  database: Database,
  digests: readonly string[],
  agoMs: number,
): Promise<number> {
  const marked = await new SqlBlobRemovals(database).mark(digests);
  await agedBy(database, digests, agoMs);
  return marked;
}

/** Lets that much time pass for what stands about these blobs. */
export async function agedBy(database: Database, digests: readonly string[], ms: number): Promise<void> {
  const places = digests.map(() => '?').join(', ');
  await database.write((sql) =>
    selectRows(sql, `UPDATE blob_removal SET since = since - ? WHERE sha256 IN (${places})`, [
      ms,
      ...digests,
    ]),
  );
}
