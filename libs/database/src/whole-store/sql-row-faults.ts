import type { EntityManager } from 'typeorm';
import { latestVersion, RowFaults } from '#catalog';
import type { RowFault } from '#catalog';
import { sha256Hex } from '#kernel';
import type { Database } from '../database.js';
import { findRows } from '../find-rows.js';
import { ReleaseRow } from '../rows/catalog-rows.js';
import { selectRows } from '../select-rows.js';

interface FoundPair {
  readonly subject: string;
  readonly other: string;
}

const rowsPerRead = 100;
const faultsPerKind = 1_000;

const pinOf = `'release ' || r.plugin_id || ' ' || r.version AS subject,
  p.side || ' package ' || p.package || ' ' || p.version AS other
  FROM release_pin p JOIN plugin_release r ON r.id = p.release_id`;
const pinnedVersion = `EXISTS (SELECT 1 FROM package_version v
  WHERE v.side = p.side AND v.name = p.package AND v.version = p.version)`;

/** Each finds what lacks its other half. */
const searches: readonly (readonly [RowFault['kind'], string])[] = [
  ['pin-without-version', `SELECT ${pinOf} WHERE NOT ${pinnedVersion}`],
  [
    'pin-without-file',
    `SELECT ${pinOf} WHERE ${pinnedVersion} AND NOT EXISTS (
       SELECT 1 FROM package_file f JOIN release_artifact a
         ON a.release_id = p.release_id AND a.sha256 = f.sha256 AND a.filename = f.filename
       WHERE f.side = p.side AND f.name = p.package AND f.version = p.version)`,
  ],
  [
    'artifact-without-file',
    `SELECT 'release ' || r.plugin_id || ' ' || r.version AS subject, a.filename AS other
     FROM release_artifact a JOIN plugin_release r ON r.id = a.release_id
     WHERE a.kind IN ('wheel', 'sdist', 'tarball') AND NOT EXISTS (
       SELECT 1 FROM package_file f WHERE f.sha256 = a.sha256 AND f.filename = a.filename)`,
  ],
];

/** Looks through the rows with a few queries, and through what has to be computed a page at a time. */
export class SqlRowFaults extends RowFaults {
  constructor(private readonly database: Database) {
    super();
  }

  override async releases(): Promise<number> {
    const [row] = await this.select<{ found: number | string }>(
      'SELECT COUNT(*) AS found FROM plugin_release',
    );
    return Number(row?.found ?? 0);
  }

  override async *find(): AsyncGenerator<RowFault> {
    for (const fault of await this.database.read(sqliteFaults)) yield fault;
    for (const [kind, search] of searches) {
      const found = await this.select<FoundPair>(`${search} LIMIT ?`, faultsPerKind);
      for (const pair of found) yield { kind, ...pair };
    }
    yield* this.descriptors();
    yield* this.latest();
  }

  private async *descriptors(): AsyncGenerator<RowFault> {
    for (let after = ''; ;) {
      const ids = await this.select<{ id: string }>(
        'SELECT id FROM plugin_release WHERE id > ? ORDER BY id LIMIT ?',
        after,
        rowsPerRead,
      );
      for (const { id } of ids) yield* await this.descriptor(id);
      const last = ids.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  }

  private async descriptor(id: string): Promise<RowFault[]> {
    const columns = ['plugin_id', 'version', 'descriptor_bytes', 'descriptor_sha256'] as const;
    const [row] = await this.database.read((sql) => findRows(sql, ReleaseRow, columns, { id }));
    if (!row || sha256Hex(row.descriptor_bytes) === row.descriptor_sha256) return [];
    const subject = `release ${row.plugin_id} ${row.version}`;
    return [{ kind: 'descriptor-changed', subject, other: row.descriptor_sha256 }];
  }

  private async *latest(): AsyncGenerator<RowFault> {
    for (let after = ''; ;) {
      const plugins = await this.select<{ id: string }>(
        'SELECT id FROM plugin WHERE id > ? ORDER BY id LIMIT ?',
        after,
        rowsPerRead,
      );
      for (const { id } of plugins) yield* await this.latestOf(id);
      const last = plugins.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  }

  /** One statement, so that what is published meanwhile is seen with the plugin or not at all. */
  private async latestOf(plugin: string): Promise<RowFault[]> {
    const rows = await this.select<{ latest: string | null; version: string | null }>(
      `SELECT p.latest_version AS latest, r.version FROM plugin p LEFT JOIN plugin_release r
         ON r.plugin_id = p.id AND r.review = 'approved' AND r.yanked_at IS NULL AND r.quarantined_at IS NULL
       WHERE p.id = ?`,
      plugin,
    );
    const due = latestVersion(rows.flatMap(({ version }) => version ?? []));
    if ((rows[0]?.latest ?? null) === due) return [];
    return [{ kind: 'latest-wrong', subject: `plugin ${plugin}`, other: due ?? 'none' }];
  }

  private select<Row>(text: string, ...parameters: readonly unknown[]): Promise<Row[]> {
    return this.database.read((sql) => selectRows<Row>(sql, text, parameters));
  }
}

/** PostgreSQL lets no such row be written; SQLite may have been written to by another hand. */
async function sqliteFaults(sql: EntityManager): Promise<RowFault[]> {
  if (sql.dataSource.options.type === 'postgres') return [];
  const checked = await sql.query<{ quick_check: string }[]>('PRAGMA quick_check(20)');
  const damages = checked
    .filter(({ quick_check: found }) => found !== 'ok')
    .map(({ quick_check: other }): RowFault => ({
      kind: 'database-damaged',
      subject: 'the database',
      other,
    }));
  const orphans = await sql.query<{ table: string; rowid: number | null; parent: string }[]>(
    'SELECT "table", rowid, parent FROM pragma_foreign_key_check LIMIT 1000',
  );
  return [
    ...damages,
    ...orphans.map(({ table, rowid, parent }): RowFault => ({
      kind: 'row-without-parent',
      subject: `row ${rowid ?? '?'} of the table ${table}`,
      other: `a row of the table ${parent}`,
    })),
  ];
}
