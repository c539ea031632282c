import type { EntityManager } from 'typeorm';
import { PluginCatalog } from '#catalog';
import type { CatalogChange, ChannelHistory, ListedRelease, Plugin, Trust } from '#catalog';
import { limits } from '#kernel';
import type { PluginId, Version } from '#kernel';
import type { Database } from '../database.js';
import { ReleaseRow } from '../rows/catalog-rows.js';
import { selectRows } from '../select-rows.js';
import { standingOf } from './to-release.js';
import type { RawRelease } from './to-release.js';

/** Bigint columns may come as text. */
interface PluginFacts {
  id: PluginId;
  latest_version: string | null;
  downloads: number | string;
  created_at: number | string;
  publisher_trust: Trust;
}

const standingColumns = `version, version_label, published_at, published_by, yanked_at, yank_reason, quarantined_at,
  quarantine_reason, deprecation_message, replaced_by, review, review_reason, trust_override`;

/** Reads the catalogue's tables. */
export class SqlPluginCatalog extends PluginCatalog {
  constructor(private readonly database: Database) {
    super();
  }

  override find(plugin: PluginId): Promise<Plugin | undefined> {
    return this.database.read((sql) => findPlugin(sql, plugin));
  }

  override async descriptorBytes(plugin: PluginId, version: Version): Promise<Buffer | undefined> {
    const row = await this.database.read((sql) =>
      sql.findOne(ReleaseRow, {
        select: { descriptor_bytes: true },
        where: { plugin_id: plugin, version },
      }),
    );
    return row?.descriptor_bytes;
  }

  override async visibleSiblings(publisher: string): Promise<readonly PluginId[]> {
    const rows = await this.database.read((sql) =>
      selectRows<{ id: PluginId }>(
        sql,
        'SELECT id FROM plugin WHERE publisher = ? AND latest_version IS NOT NULL LIMIT ?',
        [publisher, limits.siblingsLookedAt],
      ),
    );
    return rows.map(({ id }) => id);
  }

  override async channelHistories(plugin: PluginId): Promise<readonly ChannelHistory[]> {
    const rows = await this.database.read((sql) =>
      selectRows<MoveFacts>(
        sql,
        'SELECT name, version, from_version, at, by FROM channel_move WHERE plugin_id = ? ORDER BY sequence DESC',
        [plugin],
      ),
    );
    return toHistories(rows);
  }

  override async changesAfter(sequence: number, limit: number): Promise<readonly CatalogChange[]> {
    const rows = await this.database.read((sql) =>
      selectRows<ChangeFacts>(
        sql,
        `SELECT c.sequence, c.type, c.plugin_id, c.version, c.at FROM change c
         LEFT JOIN plugin_release r ON r.plugin_id = c.plugin_id AND r.version = c.version
         WHERE c.sequence > ? AND c.visible AND (c.version IS NULL OR r.review = 'approved')
         ORDER BY c.sequence LIMIT ?`,
        [sequence, limit],
      ),
    );
    return rows.map((row) => ({
      sequence: Number(row.sequence),
      type: row.type,
      plugin: row.plugin_id,
      version: row.version,
      at: Number(row.at),
    }));
  }
}

interface MoveFacts {
  name: string;
  version: string | null;
  from_version: string | null;
  at: number | string;
  by: string;
}

interface ChangeFacts {
  sequence: number | string;
  type: string;
  plugin_id: PluginId;
  version: string | null;
  at: number | string;
}

/** The plugin with all of its releases, whatever their review. */
export async function findPlugin(sql: EntityManager, plugin: PluginId): Promise<Plugin | undefined> {
  const [facts] = await selectRows<PluginFacts>(
    sql,
    `SELECT p.id, p.latest_version, p.downloads, p.created_at, o.trust AS publisher_trust
     FROM plugin p JOIN publisher o ON o.id = p.publisher WHERE p.id = ?`,
    [plugin],
  );
  if (!facts) return undefined;
  // Releases are read last: what the rows above point to is among them, whatever was committed in between.
  const channels = await selectRows<{ name: string; version: string }>(
    sql,
    'SELECT name, version FROM channel WHERE plugin_id = ? ORDER BY name',
    [plugin],
  );
  const releases = await selectRows<RawRelease>(
    sql,
    `SELECT ${standingColumns} FROM plugin_release WHERE plugin_id = ?`,
    [plugin],
  );
  return {
    id: facts.id,
    latest: facts.latest_version,
    downloads: Number(facts.downloads),
    createdAt: Number(facts.created_at),
    releases: releases.map((row) => toListed(row, facts.publisher_trust)),
    channels: new Map(channels.map(({ name, version }) => [name, version])),
  };
}

export function toListed(row: RawRelease, publisherTrust: Trust): ListedRelease {
  return {
    version: row.version,
    versionLabel: row.version_label,
    publishedAt: Number(row.published_at),
    publishedBy: row.published_by,
    standing: standingOf(row),
    trust: row.trust_override ?? publisherTrust,
  };
}

function toHistories(rows: readonly MoveFacts[]): readonly ChannelHistory[] {
  const byName = new Map<string, ChannelHistory['moves'][number][]>();
  for (const { name, version, from_version, at, by } of rows) {
    const moves = byName.get(name) ?? [];
    byName.set(name, moves);
    if (moves.length < limits.channelHistoryItems) {
      moves.push({ version, from: from_version, at: Number(at), by });
    }
  }
  return [...byName].map(([name, moves]) => ({ name, moves })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
