import { decodePageCursor, toPage } from '#kernel';
import type { Actor, Page, PageRequest } from '#kernel';
import { AuditLog } from '#trust';
import type { AuditEntry, AuditFilter } from '#trust';
import type { Database } from '../database.js';
import { AuditEntryRow } from '../rows/access-rows.js';

/** The audit log in SQL. */
export class SqlAuditLog extends AuditLog {
  constructor(private readonly database: Database) {
    super();
  }

  async list(filter: AuditFilter, { limit, cursor }: PageRequest): Promise<Page<AuditEntry>> {
    const rows = await this.database.read((sql) => {
      const query = sql.createQueryBuilder(AuditEntryRow, 'entry');
      const { actor, action, target, since, until } = filter;
      if (actor !== undefined) query.andWhere('entry.actor = :actor', { actor });
      if (action !== undefined) query.andWhere('entry.action = :action', { action });
      if (target !== undefined) query.andWhere('entry.target = :target', { target });
      if (since !== undefined) query.andWhere('entry.at >= :since', { since });
      if (until !== undefined) query.andWhere('entry.at < :until', { until });
      if (cursor !== null) {
        const [before] = decodePageCursor(cursor, ['number']);
        query.andWhere('entry.sequence < :before', { before });
      }
      return query
        .orderBy('entry.sequence', 'DESC')
        .limit(limit + 1)
        .getMany();
    });
    return toPage(rows.map(toEntry), limit, (last) => [last.sequence]);
  }
}

function toEntry(row: AuditEntryRow): AuditEntry {
  const { sequence, at, action, target, reason, details } = row;
  const actor: Actor = { kind: row.actor_kind as Actor['kind'], id: row.actor_id, name: row.actor };
  return { sequence, at, actor, action, target, reason, details };
}
