import type { EntityManager } from 'typeorm';
import { isWithdrawn, publicPlugin, shownRelease } from '#catalog';
import type { ListedRelease, Plugin, Trust } from '#catalog';
import type { Descriptor } from '#descriptor';
import { limits } from '#kernel';
import type { PluginId } from '#kernel';
import { IndexedPlugins, pluginDocument } from '#search';
import type { ChangedPlugins, PluginDocument, Removal } from '#search';
import type { Database } from '../database.js';
import { selectRows } from '../select-rows.js';
import { toListed } from '../catalog/sql-plugin-catalog.js';
import type { RawRelease } from '../catalog/to-release.js';

interface PluginFacts {
  id: PluginId;
  latest_version: string | null;
  revision: number | string;
  downloads: number | string;
  created_at: number | string;
  publisher_trust: Trust;
}

interface ShownFacts {
  plugin_id: PluginId;
  version: string;
  descriptor: string;
  has_lock: number | boolean;
  deprecation_message: string | null;
  replaced_by: PluginId | null;
}

/** A plugin as everybody sees it, with the release that stands for it. */
interface Found {
  readonly plugin: Plugin;
  readonly shown: ListedRelease;
  readonly revision: number;
}

/** Reads what is to be indexed from the catalogue's tables, many plugins with a few queries. */
export class SqlIndexedPlugins extends IndexedPlugins {
  constructor(private readonly database: Database) {
    super();
  }

  override async lastSequence(): Promise<number> {
    const [row] = await this.database.read((sql) =>
      selectRows<{ last: number | string | null }>(sql, 'SELECT max(sequence) AS last FROM change', []),
    );
    return Number(row?.last ?? 0);
  }

  override async changedAfter(sequence: number, limit: number): Promise<ChangedPlugins | undefined> {
    const rows = await this.database.read((sql) =>
      selectRows<{ sequence: number | string; plugin_id: PluginId }>(
        sql,
        'SELECT sequence, plugin_id FROM change WHERE sequence > ? ORDER BY sequence LIMIT ?',
        [sequence, limit],
      ),
    );
    const last = rows.at(-1);
    if (!last) return undefined;
    return { plugins: [...new Set(rows.map((row) => row.plugin_id))], sequence: Number(last.sequence) };
  }

  override documents(plugins: readonly PluginId[]): Promise<readonly PluginDocument[]> {
    return this.database.read((sql) => readDocuments(sql, plugins));
  }

  override async removals(plugins: readonly PluginId[]): Promise<readonly Removal[]> {
    const removals: Removal[] = [];
    for (let start = 0; start < plugins.length; start += limits.pluginsPerRebuildPage) {
      const ids = plugins.slice(start, start + limits.pluginsPerRebuildPage);
      const rows = await this.database.read((sql) =>
        selectRows<{ id: PluginId; revision: number | string }>(
          sql,
          `SELECT id, revision FROM plugin WHERE id IN (${ids.map(() => '?').join(', ')})`,
          ids,
        ),
      );
      const revisions = new Map(rows.map(({ id, revision }) => [id, Number(revision)]));
      // A plugin without a row comes from another time of the database: whatever is found of it goes.
      removals.push(...ids.map((id) => ({ id, revision: revisions.get(id) ?? Number.MAX_SAFE_INTEGER })));
    }
    return removals;
  }

  override async *all(): AsyncIterable<PluginDocument> {
    let after = '';
    for (;;) {
      const page = await this.database.read((sql) =>
        selectRows<{ id: PluginId }>(sql, 'SELECT id FROM plugin WHERE id > ? ORDER BY id LIMIT ?', [
          after,
          limits.pluginsPerRebuildPage,
        ]),
      );
      const last = page.at(-1);
      if (!last) return;
      yield* await this.documents(page.map(({ id }) => id));
      after = last.id;
    }
  }
}

async function readDocuments(sql: EntityManager, plugins: readonly PluginId[]): Promise<PluginDocument[]> {
  const documents: PluginDocument[] = [];
  for (let start = 0; start < plugins.length; start += limits.pluginsPerRebuildPage) {
    const ids = plugins.slice(start, start + limits.pluginsPerRebuildPage);
    const found = await findShown(sql, ids);
    const shown = await readShown(sql, found);
    for (const one of found) {
      const facts = shown.get(one.plugin.id);
      if (facts) documents.push(toDocument(one, facts));
    }
  }
  return documents;
}

async function findShown(sql: EntityManager, ids: readonly PluginId[]): Promise<Found[]> {
  const places = ids.map(() => '?').join(', ');
  const plugins = await selectRows<PluginFacts>(
    sql,
    `SELECT p.id, p.latest_version, p.revision, p.downloads, p.created_at, o.trust AS publisher_trust
     FROM plugin p JOIN publisher o ON o.id = p.publisher WHERE p.id IN (${places})`,
    ids,
  );
  const releases = await selectRows<RawRelease>(
    sql,
    `SELECT plugin_id, version, published_at, published_by, yanked_at, quarantined_at, review, trust_override
     FROM plugin_release WHERE plugin_id IN (${places})`,
    ids,
  );
  const byPlugin = new Map<string, RawRelease[]>(plugins.map(({ id }) => [id, []]));
  for (const row of releases) byPlugin.get(row.plugin_id)?.push(row);
  return plugins.flatMap((facts) => toFound(facts, byPlugin.get(facts.id) ?? []));
}

/** Nothing where there is nothing that everybody may see, or only what is quarantined. */
function toFound(facts: PluginFacts, rows: readonly RawRelease[]): Found[] {
  const plugin = publicPlugin({
    id: facts.id,
    latest: facts.latest_version,
    downloads: Number(facts.downloads),
    createdAt: Number(facts.created_at),
    releases: rows.map((row) => toListed(row, facts.publisher_trust)),
    channels: new Map(),
  });
  const shown = plugin && shownRelease(plugin);
  if (!plugin || !shown || shown.standing.quarantined) return [];
  return [{ plugin, shown, revision: Number(facts.revision) }];
}

async function readShown(
  sql: EntityManager,
  found: readonly Found[],
): Promise<ReadonlyMap<string, ShownFacts>> {
  if (found.length === 0) return new Map();
  const rows = await selectRows<ShownFacts>(
    sql,
    `SELECT r.plugin_id, r.version, r.descriptor, r.deprecation_message, r.replaced_by,
       EXISTS (SELECT 1 FROM release_artifact a WHERE a.release_id = r.id AND a.kind = 'lock') AS has_lock
     FROM plugin_release r WHERE ${found.map(() => '(r.plugin_id = ? AND r.version = ?)').join(' OR ')}`,
    found.flatMap(({ plugin, shown }) => [plugin.id, shown.version]),
  );
  return new Map(rows.map((row) => [row.plugin_id, row]));
}

function toDocument({ plugin, shown, revision }: Found, facts: ShownFacts): PluginDocument {
  return pluginDocument({
    id: plugin.id,
    version: shown.version,
    descriptor: JSON.parse(facts.descriptor) as Descriptor,
    trust: shown.trust,
    hasLock: Boolean(facts.has_lock),
    downloads: plugin.downloads,
    updatedAt: Math.max(...plugin.releases.map(({ publishedAt }) => publishedAt)),
    withdrawn: isWithdrawn(plugin),
    deprecated:
      facts.deprecation_message === null
        ? null
        : { message: facts.deprecation_message, replacedBy: facts.replaced_by },
    revision,
  });
}
