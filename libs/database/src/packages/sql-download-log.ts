import type { EntityManager } from 'typeorm';
import type { PluginId } from '#kernel';
import { DownloadLog } from '#packages';
import type { Downloads } from '#packages';
import type { Database } from '../database.js';
import { insertRows } from '../insert-rows.js';
import { ChangeRow, ReleaseDownloadRow } from '../rows/catalog-rows.js';
import { selectRows } from '../select-rows.js';

interface Holder {
  readonly sha256: string;
  readonly release_id: string;
  readonly plugin_id: PluginId;
}

type DownloadRow = Pick<ReleaseDownloadRow, 'release_id' | 'day' | 'count'>;

/** SQLite takes no more values with one statement than some ten thousands. */
const perStatement = 500;

const changeType = 'downloads-counted';

/** Keeps downloads by release and day, and their sum with the plugin. */
export class SqlDownloadLog extends DownloadLog {
  /** Plugin to the change that this process told of it last: one such change is enough, and the next takes its place. */
  private readonly told = new Map<PluginId, number>();

  constructor(private readonly database: Database) {
    super();
  }

  override async add(downloads: readonly Downloads[]): Promise<readonly PluginId[]> {
    const holders = new Map<string, Holder>();
    for (const some of portions(downloads)) {
      const digests = [...new Set(some.map(({ sha256 }) => sha256))];
      const found = await this.database.read((sql) => newestHolders(sql, digests));
      for (const holder of found) holders.set(holder.sha256, holder);
    }
    const rows = rowsOf(downloads, holders);
    const plugins = [...sumsOf(downloads, holders)];
    if (rows.length === 0) return [];
    await this.database.write(
      async (sql) => {
        for (const some of portions(rows)) await insertRows(sql, ReleaseDownloadRow, some, addCounts);
        for (const [plugin, count] of plugins) {
          const mark = (index: number) => sql.dataSource.driver.createParameter('', index);
          const text = `UPDATE plugin SET downloads = downloads + ${mark(0)} WHERE id = ${mark(1)}`;
          await sql.query(text, [count, plugin]);
        }
      },
      { durable: false },
    );
    return plugins.map(([plugin]) => plugin);
  }

  override async announce(plugins: readonly PluginId[]): Promise<void> {
    for (const some of portions(plugins)) {
      const told = await this.database.write(
        async (sql, tell) => {
          await forgetChanges(
            sql,
            some.flatMap((plugin) => this.told.get(plugin) ?? []),
          );
          await selectRows(
            sql,
            `UPDATE plugin SET revision = revision + 1 WHERE id IN (${some.map(() => '?').join(', ')})`,
            some,
          );
          for (const plugin of some) tell('plugin', plugin);
          return addChanges(sql, some);
        },
        { durable: false },
      );
      for (const { plugin_id, sequence } of told) this.told.set(plugin_id, sequence);
    }
  }
}

const addCounts =
  'ON CONFLICT (release_id, day) DO UPDATE SET count = release_download.count + excluded.count';

/** Of each file the newest approved release that has it. */
function newestHolders(sql: EntityManager, digests: readonly string[]): Promise<Holder[]> {
  return selectRows<Holder>(
    sql,
    `SELECT sha256, release_id, plugin_id FROM (
       SELECT a.sha256, a.release_id, r.plugin_id,
         ROW_NUMBER() OVER (PARTITION BY a.sha256 ORDER BY r.published_at DESC, r.id DESC) AS place
       FROM release_artifact a JOIN plugin_release r ON r.id = a.release_id AND r.review = 'approved'
       WHERE a.kind IN ('wheel', 'sdist', 'tarball') AND a.sha256 IN (${digests.map(() => '?').join(', ')})
     ) holder WHERE place = 1`,
    digests,
  );
}

function rowsOf(downloads: readonly Downloads[], holders: ReadonlyMap<string, Holder>): DownloadRow[] {
  const rows = new Map<string, DownloadRow>();
  for (const { sha256, day, count } of downloads) {
    const holder = holders.get(sha256);
    if (!holder) continue;
    const key = `${day} ${holder.release_id}`;
    const before = rows.get(key)?.count ?? 0;
    rows.set(key, { release_id: holder.release_id, day, count: before + count });
  }
  return [...rows.values()];
}

function sumsOf(
  downloads: readonly Downloads[],
  holders: ReadonlyMap<string, Holder>,
): ReadonlyMap<PluginId, number> {
  const sums = new Map<PluginId, number>();
  for (const { sha256, count } of downloads) {
    const plugin = holders.get(sha256)?.plugin_id;
    if (plugin !== undefined) sums.set(plugin, (sums.get(plugin) ?? 0) + count);
  }
  return sums;
}

/** Whoever has not come to these changes will come to the ones that follow. */
async function forgetChanges(sql: EntityManager, sequences: readonly number[]): Promise<void> {
  if (sequences.length === 0) return;
  const places = sequences.map(() => '?').join(', ');
  await selectRows(sql, `DELETE FROM change WHERE sequence IN (${places})`, sequences);
}

/** For the search index alone. Writes take turns, so what comes after the last change is ours. */
async function addChanges(
  sql: EntityManager,
  plugins: readonly PluginId[],
): Promise<Pick<ChangeRow & { plugin_id: PluginId }, 'plugin_id' | 'sequence'>[]> {
  const [before] = await selectRows<{ last: number | string | null }>(
    sql,
    'SELECT max(sequence) AS last FROM change',
    [],
  );
  const at = Date.now();
  const changes = plugins.map((plugin_id) => ({
    type: changeType,
    plugin_id,
    version: null,
    visible: false,
    at,
  }));
  await insertRows(sql, ChangeRow, changes);
  return selectRows(sql, 'SELECT plugin_id, sequence FROM change WHERE sequence > ? AND type = ?', [
    before?.last ?? 0,
    changeType,
  ]);
}

function* portions<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += perStatement)
    yield items.slice(start, start + perStatement);
}
