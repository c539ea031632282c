import { StandingStore } from '#catalog';
import type { Standing, StandingChange } from '#catalog';
import type { PluginId, Version } from '#kernel';
import { announceChange } from './announce-change.js';
import type { Database } from '../database.js';
import { recordAct } from '../trust/record-act.js';
import { requireRelease } from './require-release.js';
import { ReleaseRow } from '../rows/catalog-rows.js';
import { standingOf } from './to-release.js';

/** Changes what became of releases, one transaction each. */
export class SqlStandingStore extends StandingStore {
  constructor(private readonly database: Database) {
    super();
  }

  override async change(
    plugin: PluginId,
    version: Version,
    decide: (standing: Standing) => StandingChange | null,
  ): Promise<void> {
    await this.database.write(async (sql, tell) => {
      const row = await requireRelease(sql, plugin, version);
      const change = decide(standingOf(row));
      if (change === null) return;
      const { yanked, deprecated } = change.standing;
      await sql.update(
        ReleaseRow,
        { id: row.id },
        {
          yanked_at: yanked?.at ?? null,
          yank_reason: yanked?.reason ?? null,
          deprecation_message: deprecated?.message ?? null,
          replaced_by: deprecated?.replacedBy ?? null,
        },
      );
      await recordAct(sql, change.act);
      await announceChange(sql, tell, {
        type: change.type,
        plugin,
        version,
        visible: row.review === 'approved',
        at: change.act.at,
      });
    });
  }
}
