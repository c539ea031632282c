import type { EntityManager } from 'typeorm';
import type { PluginId, Version } from '#kernel';
import { ChannelMoveRow, ChannelRow } from './rows/catalog-rows.js';

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
