import type { EntityManager } from 'typeorm';
import { ChannelStore, pluginNotFound } from '#catalog';
import type { Standing } from '#catalog';
import type { AuditedAct, PluginId, Version } from '#kernel';
import { announceChange } from './announce-change.js';
import type { Tell, Database } from '../database.js';
import { pointChannel } from './point-channel.js';
import { recordAct } from '../trust/record-act.js';
import { requireRelease } from './require-release.js';
import { ChannelMoveRow, ChannelRow, PluginRow } from '../rows/catalog-rows.js';
import { standingOf } from './to-release.js';

interface ChannelKey {
  readonly plugin: PluginId;
  readonly name: string;
}

/** Moves channels, one transaction each. */
export class SqlChannelStore extends ChannelStore {
  constructor(private readonly database: Database) {
    super();
  }

  override async point(
    { plugin, name }: ChannelKey,
    version: Version,
    check: (standing: Standing) => void,
    act: AuditedAct,
  ): Promise<void> {
    await this.database.write(async (sql, tell) => {
      check(standingOf(await requireRelease(sql, plugin, version)));
      const earlier = await sql.findOneBy(ChannelRow, { plugin_id: plugin, name });
      if (earlier?.version === version) return;
      await pointChannel(sql, { plugin, channel: name, version, at: act.at, by: act.actor.name });
      await this.announce(sql, tell, 'channel-moved', { plugin, version, act });
    });
  }

  override async remove({ plugin, name }: ChannelKey, act: AuditedAct): Promise<boolean> {
    return this.database.write(async (sql, tell) => {
      const key = { plugin_id: plugin, name };
      const earlier = await sql.findOneBy(ChannelRow, key);
      if (!earlier) {
        if (!(await sql.existsBy(PluginRow, { id: plugin }))) throw pluginNotFound(plugin);
        return sql.existsBy(ChannelMoveRow, key);
      }
      await sql.delete(ChannelRow, key);
      await sql.insert(ChannelMoveRow, {
        ...key,
        version: null,
        from_version: earlier.version,
        at: act.at,
        by: act.actor.name,
      });
      await this.announce(sql, tell, 'channel-removed', { plugin, version: earlier.version, act });
      return true;
    });
  }

  private async announce(
    sql: EntityManager,
    tell: Tell,
    type: string,
    { plugin, version, act }: { plugin: PluginId; version: Version; act: AuditedAct },
  ): Promise<void> {
    await recordAct(sql, act);
    // The feed passes over what is about a release that isn't approved.
    await announceChange(sql, tell, {
      type,
      plugin,
      version,
      visible: true,
      at: act.at,
    });
  }
}
