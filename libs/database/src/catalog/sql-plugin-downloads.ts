import { PluginDownloads } from '#catalog';
import type { DailyDownloads, DaySpan } from '#catalog';
import { decodePageCursor, toPage } from '#kernel';
import type { Page, PageRequest, PluginId, Version } from '#kernel';
import type { Database } from '../database.js';
import { selectRows } from '../select-rows.js';

/** Reads what was counted from its rows. */
export class SqlPluginDownloads extends PluginDownloads {
  constructor(private readonly database: Database) {
    super();
  }

  override async totals(plugin: PluginId): Promise<ReadonlyMap<Version, number>> {
    const rows = await this.database.read((sql) =>
      selectRows<{ version: Version; sum: number | string }>(
        sql,
        `SELECT r.version, SUM(d.count) AS sum FROM plugin_release r
         JOIN release_download d ON d.release_id = r.id WHERE r.plugin_id = ? GROUP BY r.version`,
        [plugin],
      ),
    );
    return new Map(rows.map(({ version, sum }) => [version, Number(sum)]));
  }

  override async daily(
    plugin: PluginId,
    { from, to }: DaySpan,
    { limit, cursor }: PageRequest,
  ): Promise<Page<DailyDownloads>> {
    const [day, version] = cursor === null ? ['9', ''] : decodePageCursor(cursor, ['string', 'string']);
    const rows = await this.database.read((sql) =>
      selectRows<{ day: string; version: Version; count: number | string }>(
        sql,
        `SELECT d.day, r.version, d.count FROM plugin_release r JOIN release_download d ON d.release_id = r.id
         WHERE r.plugin_id = ? AND r.review = 'approved' AND d.day >= ? AND d.day <= ? AND (d.day < ? OR (d.day = ? AND r.version > ?))
         ORDER BY d.day DESC, r.version LIMIT ?`,
        [plugin, from, to, day, day, version, limit + 1],
      ),
    );
    const found = rows.map((row) => ({ ...row, count: Number(row.count) }));
    return toPage(found, limit, (last) => [last.day, last.version]);
  }
}
