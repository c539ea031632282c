import { MoreThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Descriptor } from '#descriptor';
import type { PluginId, Version } from '#kernel';
import { ChannelMoveRow, ChannelRow, ReleaseRow } from '../rows/catalog-rows.js';

export interface ChannelTarget {
  readonly plugin: PluginId;
  readonly channel: string;
  readonly version: Version;
  readonly at: number;
  readonly by: string;
}

/** Points a channel to a release, as a part of the transaction that has the reason, and remembers the move. */
export async function pointChannel(
  sql: EntityManager,
  { plugin, channel, version, at, by }: ChannelTarget,
): Promise<void> {
  const key = { plugin_id: plugin, name: channel };
  const earlier = await sql.findOneBy(ChannelRow, key);
  if (earlier?.version === version) return;
  if (earlier) await sql.update(ChannelRow, key, { version, moved_at: at });
  else await sql.insert(ChannelRow, { ...key, version, moved_at: at });
  await sql.insert(ChannelMoveRow, { ...key, version, from_version: earlier?.version ?? null, at, by });
}

/** Points the channels that a release's own descriptor names, unless they point to what was published after it. */
export async function pointChannelsOf(sql: EntityManager, row: ReleaseRow, at: number): Promise<void> {
  const plugin = row.plugin_id as PluginId;
  for (const channel of (row.descriptor as Descriptor).channels) {
    const earlier = await sql.findOneBy(ChannelRow, { plugin_id: plugin, name: channel });
    const later = earlier && {
      plugin_id: plugin,
      version: earlier.version,
      published_at: MoreThan(row.published_at),
    };
    if (later && (await sql.existsBy(ReleaseRow, later))) continue;
    await pointChannel(sql, { plugin, channel, version: row.version, at, by: row.published_by });
  }
}
