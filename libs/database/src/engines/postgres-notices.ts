import type { EntityManager } from 'typeorm';
import { limits } from '#kernel';
import { databaseNow } from '../database-now.js';
import type { Notice, Notices } from '../replicas/notices.js';
import type { PostgresClient } from './postgres-client.js';

/** The channel that says that there is something to read; what it is stands in the table `notice`. */
const channel = 'mortise_notice';

/** As a part of the transaction of `sql`, which takes turns: the numbers of notices are in the order of the commits. */
export async function announceNotices(
  sql: EntityManager,
  teller: string,
  notices: readonly Notice[],
): Promise<void> {
  await sql.query(
    `WITH added AS (INSERT INTO notice (told_by, told, at) VALUES ($1, $2, ${databaseNow(sql)}))
     SELECT pg_notify('${channel}', '')`,
    [teller, JSON.stringify(notices)],
  );
}

export const listenForNotices = async (client: PostgresClient): Promise<void> =>
  void (await client.query(`LISTEN ${channel}`));

const columns = 'sequence, told_by, at, told';

interface Row {
  readonly sequence: number | string;
  readonly told_by: string;
  readonly at: number | string;
  readonly told: string;
}

/** Which notice it is. Its number alone doesn't say: after a failover that lost some, others have theirs. */
const markOf = (row: Row | undefined): string => (row ? `${row.sequence} ${row.told_by} ${row.at}` : '');

/**
 * Reads on in the notices of other processes from where it ended. Whoever missed some, since it slept for so long that
 * they were removed, takes everything for changed.
 */
export class NoticeReader {
  /** The last that was read; it is read again, since its being there proves that none after it was removed or lost. */
  private last: Row | undefined;
  private hasBegun = false;

  constructor(
    private readonly notices: Notices,
    /** Whose own notices are passed over. */
    private readonly teller: string,
  ) {}

  async read(client: PostgresClient): Promise<void> {
    if (!this.hasBegun) {
      const { rows } = await client.query<Row>(
        `SELECT ${columns} FROM notice ORDER BY sequence DESC LIMIT 1`,
      );
      this.last = rows[0];
      this.hasBegun = true;
    }
    while (await this.readSome(client)) continue;
  }

  /** Whether there may be more. */
  private async readSome(client: PostgresClient): Promise<boolean> {
    const { rows } = await client.query<Row>(
      `SELECT ${columns} FROM notice WHERE sequence >= $1 ORDER BY sequence LIMIT $2`,
      [this.last?.sequence ?? 0, limits.noticesPerRead],
    );
    const isThere = markOf(rows[0]) === markOf(this.last);
    this.last = rows.at(-1);
    if (!isThere) this.notices.missed();
    for (const row of rows.slice(isThere ? 1 : 0)) {
      if (row.told_by === this.teller) continue;
      for (const notice of JSON.parse(row.told) as Notice[]) this.notices.publish(notice);
    }
    return rows.length === limits.noticesPerRead;
  }
}

/** Removes what nobody reads any more, but the last of it. */
export async function removeOldNotices(client: PostgresClient): Promise<void> {
  const old = `at < (extract(epoch FROM clock_timestamp()) * 1000)::bigint - ${limits.noticesKeptMs}`;
  await client.query(
    `DELETE FROM notice WHERE sequence IN (
       SELECT sequence FROM notice WHERE sequence < (SELECT MAX(sequence) FROM notice WHERE ${old})
       FOR UPDATE SKIP LOCKED)`,
  );
}
