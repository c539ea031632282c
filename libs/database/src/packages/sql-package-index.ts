import { compareVersions } from '#kernel';
import { comparePythonVersions, PackageIndex } from '#packages';
import type {
  IndexedFile,
  IndexedPackage,
  IndexedVersion,
  NpmArtifact,
  NpmSignature,
  PackageSide,
  PythonArtifact,
  ServedFile,
} from '#packages';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database.js';
import { findRows } from '../find-rows.js';
import { PackageRow, PackageTagRow, PackageVersionRow } from '../rows/package-rows.js';
import { isSeenFile } from './is-seen-file.js';
import { selectRows } from '../select-rows.js';

interface FileRow {
  readonly version: string;
  readonly facts: string;
  readonly signatures: string | null;
  readonly created_at: number | string;
}

interface ServedRow {
  readonly sha256: string;
  readonly size: number | string;
  readonly version: string;
  readonly facts: string;
  readonly withdrawn: number | string | null;
  readonly reason: string;
}

interface YankRow {
  readonly version: string;
  readonly reason: string;
}

/** Reads packages from their rows. */
export class SqlPackageIndex extends PackageIndex {
  constructor(private readonly database: Database) {
    super();
  }

  override find(side: PackageSide, name: string): Promise<IndexedPackage | undefined> {
    return this.database.read(async (sql) => {
      const [row] = await findRows(sql, PackageRow, ['publisher', 'created_at'], { side, name });
      if (!row) return undefined;
      const versions = await versionsOf(sql, side, name);
      if (versions.length === 0) return undefined;
      const tags = await findRows(sql, PackageTagRow, ['tag', 'version'], { side, name });
      return {
        side,
        name,
        publisher: row.publisher,
        createdAt: row.created_at,
        versions,
        tags: Object.fromEntries(tags.map(({ tag, version }) => [tag, version])),
        maintainers: await maintainersOf(sql, side, name),
      };
    });
  }

  override file(side: PackageSide, name: string, filename: string): Promise<ServedFile | undefined> {
    return this.served('f.filename', [side, name, filename]);
  }

  override tarball(name: string, version: string): Promise<ServedFile | undefined> {
    return this.served('f.version', ['npm', name, version]);
  }

  private async served(
    column: 'f.filename' | 'f.version',
    values: readonly [side: PackageSide, name: string, value: string],
  ): Promise<ServedFile | undefined> {
    const [row] = await this.database.read((sql) =>
      selectRows<ServedRow>(
        sql,
        `SELECT f.sha256, f.size, f.version, f.facts, v.quarantined_at AS withdrawn, v.quarantine_reason AS reason
         FROM package_file f
         JOIN package k ON k.side = f.side AND k.name = f.name
         JOIN package_version v ON v.side = f.side AND v.name = f.name AND v.version = f.version
         WHERE f.side = ? AND f.name = ? AND ${column} = ? AND ${isSeenFile}`,
        [...values],
      ),
    );
    if (!row) return undefined;
    const { sha256, size, version } = row;
    const artifact = JSON.parse(row.facts) as ServedFile['artifact'];
    const quarantined = row.withdrawn === null ? null : { reason: row.reason };
    return { sha256, size: Number(size), version, quarantined, artifact };
  }

  override async owner(side: PackageSide, name: string): Promise<string | null | undefined> {
    const [row] = await this.database.read((sql) => findRows(sql, PackageRow, ['publisher'], { side, name }));
    return row?.publisher;
  }

  override async names(side: PackageSide, after: string, limit: number): Promise<readonly string[]> {
    const rows = await this.database.read((sql) =>
      selectRows<{ name: string }>(
        sql,
        `SELECT k.name FROM package k WHERE k.side = ? AND k.name > ? AND k.publisher IS NOT NULL
         AND EXISTS (SELECT 1 FROM package_file f WHERE f.side = k.side AND f.name = k.name AND ${isSeenFile})
         ORDER BY k.name LIMIT ?`,
        [side, after, limit],
      ),
    );
    return rows.map(({ name }) => name);
  }
}

async function versionsOf(sql: EntityManager, side: PackageSide, name: string): Promise<IndexedVersion[]> {
  const columns = [
    'version',
    'created_at',
    'created_by',
    'deprecated',
    'quarantined_at',
    'quarantine_reason',
  ] as const;
  const rows = await findRows(sql, PackageVersionRow, columns, { side, name });
  const files = await filesOf(sql, side, name);
  const yanks = await yanksOf(sql, side, name);
  const compare = side === 'npm' ? compareVersions : comparePythonVersions;
  return rows
    .flatMap((row) => {
      const own = files.get(row.version);
      if (!own) return [];
      const yanked = yanks.get(row.version);
      return [
        {
          version: row.version,
          createdAt: row.created_at,
          createdBy: row.created_by,
          deprecated: row.deprecated,
          yanked: yanked === undefined ? null : { reason: yanked },
          quarantined:
            row.quarantined_at === null ? null : { reason: row.quarantine_reason ?? 'no reason given' },
          files: own,
        },
      ];
    })
    .sort((a, b) => compare(a.version, b.version));
}

async function filesOf(
  sql: EntityManager,
  side: PackageSide,
  name: string,
): Promise<ReadonlyMap<string, IndexedFile[]>> {
  const rows = await selectRows<FileRow>(
    sql,
    `SELECT f.version, f.facts, f.signatures, f.created_at FROM package_file f
     JOIN package k ON k.side = f.side AND k.name = f.name
     WHERE f.side = ? AND f.name = ? AND ${isSeenFile} ORDER BY f.filename`,
    [side, name],
  );
  const files = new Map<string, IndexedFile[]>();
  for (const row of rows) {
    const file = {
      artifact: JSON.parse(row.facts) as NpmArtifact | PythonArtifact,
      signatures: row.signatures === null ? null : (JSON.parse(row.signatures) as NpmSignature[]),
      uploadedAt: Number(row.created_at),
    };
    const others = files.get(row.version);
    if (others) others.push(file);
    else files.set(row.version, [file]);
  }
  return files;
}

/** Versions all of whose approved releases, of the package's own publisher, are yanked; and the reason of one. */
async function yanksOf(
  sql: EntityManager,
  side: PackageSide,
  name: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await selectRows<YankRow>(
    sql,
    `SELECT p.version, MAX(r.yank_reason) AS reason FROM release_pin p
     JOIN plugin_release r ON r.id = p.release_id AND r.review = 'approved'
     JOIN plugin g ON g.id = r.plugin_id
     JOIN package k ON k.side = p.side AND k.name = p.package AND k.publisher = g.publisher
     WHERE p.side = ? AND p.package = ?
     GROUP BY p.version HAVING COUNT(*) = COUNT(r.yanked_at)`,
    [side, name],
  );
  return new Map(rows.map(({ version, reason }) => [version, reason]));
}

async function maintainersOf(sql: EntityManager, side: PackageSide, name: string): Promise<string[]> {
  const rows = await selectRows<{ username: string }>(
    sql,
    `SELECT a.username FROM account a WHERE a.id IN (
       SELECT m.account_id FROM publisher_member m JOIN package k ON k.publisher = m.publisher
       WHERE k.side = ? AND k.name = ?
       UNION SELECT p.account_id FROM package_maintainer p WHERE p.side = ? AND p.name = ?)
     ORDER BY a.username`,
    [side, name, side, name],
  );
  return rows.map(({ username }) => username);
}
