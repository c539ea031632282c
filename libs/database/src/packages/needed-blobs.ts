import { blobBeingRemoved } from '#packages';
import type { EntityManager } from 'typeorm';
import { selectRows } from '../select-rows.js';

/** Where rows name blobs, each in its column `sha256`. */
export const blobTables = ['package_file', 'release_artifact', 'job_blob', 'upstream_metadata'] as const;

/** SQL: whether a row needs the blob whose digest the given expression is. */
export const isNeeded = (sha256: string): string =>
  `(${blobTables
    .map((table) => `EXISTS (SELECT 1 FROM ${table} n WHERE n.sha256 = ${sha256})`)
    .join(' OR ')})`;

const perStatement = 500;

/**
 * To be called by every write that adds a row which names blobs, within its transaction and its turn: what was to be removed
 * is not any more. Throws `blob-being-removed` where it is too late for that: the bytes have to be kept again.
 */
export async function needBlobs(sql: EntityManager, digests: readonly string[]): Promise<void> {
  const wanted = [...new Set(digests)];
  for (let start = 0; start < wanted.length; start += perStatement) {
    const some = wanted.slice(start, start + perStatement);
    const marks = some.map(() => '?').join(', ');
    const found = await selectRows<{ state: string }>(
      sql,
      `SELECT state FROM blob_removal WHERE sha256 IN (${marks})`,
      some,
    );
    if (found.length === 0) continue;
    if (found.some(({ state }) => state !== 'marked')) throw blobBeingRemoved();
    await selectRows(
      sql,
      `DELETE FROM blob_removal WHERE state = 'marked' AND sha256 IN (${marks}) RETURNING sha256`,
      some,
    );
  }
}
