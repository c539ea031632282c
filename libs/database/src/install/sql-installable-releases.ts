import type { EntityManager } from 'typeorm';
import { stateOf, stateReasonOf } from '#catalog';
import type { PackagePin, Standing } from '#catalog';
import type { Descriptor } from '#descriptor';
import { InstallableReleases } from '#install';
import type {
  BackendPackage,
  FrontendPackage,
  InstallableRelease,
  PluginChoices,
  StoredFile,
  StoredLock,
} from '#install';
import { splitPluginId } from '#kernel';
import type { PluginId, Version } from '#kernel';
import type { NpmArtifact, PythonArtifact } from '#packages';
import type { Database } from '../database.js';
import { findRows } from '../find-rows.js';
import { PublisherRow } from '../rows/access-rows.js';
import { ReleaseRow } from '../rows/catalog-rows.js';
import { standingOf } from '../catalog/to-release.js';
import { selectRows } from '../select-rows.js';
import { findPlugin } from '../catalog/sql-plugin-catalog.js';

/** A file of a package version that a release pins; a version may have none. */
interface PinnedFile extends PackagePin {
  readonly filename: string | null;
  readonly sha256: string;
  /** JSON: an Artifact of the packages room. */
  readonly facts: string;
}

/** Reads releases as they are installed. Manifests are made of it, so it is read often. */
export class SqlInstallableReleases extends InstallableReleases {
  constructor(private readonly database: Database) {
    super();
  }

  async choices(plugin: PluginId): Promise<PluginChoices | undefined> {
    const found = await this.database.read((sql) => findPlugin(sql, plugin));
    if (!found) return undefined;
    return {
      plugin,
      latest: found.latest,
      releases: found.releases.map(({ version, standing }) => ({
        version,
        review: standing.review,
        ...stateIn(standing),
      })),
      channels: Object.fromEntries(found.channels),
    };
  }

  async find(plugin: PluginId, version: Version): Promise<InstallableRelease | undefined> {
    return this.database.read(async (sql) => {
      const [row] = await findRows(sql, ReleaseRow, 'all', { plugin_id: plugin, version });
      if (!row) return undefined;
      const { publisher: id } = splitPluginId(plugin);
      const [publisher] = await findRows(sql, PublisherRow, ['trust'], { id });
      const standing = standingOf(row);
      return {
        plugin,
        version,
        versionLabel: row.version_label,
        publishedAt: row.published_at,
        ...stateIn(standing),
        review: row.review,
        trust: row.trust_override ?? publisher?.trust ?? 'untrusted',
        deprecated: standing.deprecated,
        descriptor: row.descriptor as Descriptor,
        descriptorSha256: row.descriptor_sha256,
        descriptorSize: row.descriptor_bytes.length,
        ...(await packagesOf(sql, row.id)),
        ...(await ownFilesOf(sql, row.id)),
      };
    });
  }
}

const stateIn = (standing: Standing): Pick<InstallableRelease, 'state' | 'stateReason'> => ({
  state: stateOf(standing),
  stateReason: stateReasonOf(standing),
});

async function ownFilesOf(
  sql: EntityManager,
  releaseId: string,
): Promise<{ icon: StoredFile | null; lock: StoredLock | null }> {
  const rows = await selectRows<
    Omit<StoredFile, 'size'> & { kind: string; size: number | string; facts: string }
  >(
    sql,
    "SELECT kind, filename, sha256, size, facts FROM release_artifact WHERE release_id = ? AND kind IN ('icon', 'lock')",
    [releaseId],
  );
  const icon = rows.find(({ kind }) => kind === 'icon');
  const lock = rows.find(({ kind }) => kind === 'lock');
  return {
    icon: icon ? { filename: icon.filename, sha256: icon.sha256, size: Number(icon.size) } : null,
    lock: lock ? lockIn(lock) : null,
  };
}

/** Releases from before locks were looked into have none that could be installed from. */
function lockIn({
  filename,
  facts,
}: {
  readonly filename: string;
  readonly facts: string;
}): StoredLock | null {
  const { document } = JSON.parse(facts) as { document?: string };
  return document === undefined ? null : { filename, document };
}

/**
 * The package versions that the release pins, with the files that they had when it was published: what a later release
 * adds to the same package version is no part of this one.
 */
async function packagesOf(
  sql: EntityManager,
  releaseId: string,
): Promise<{ backends: BackendPackage[]; frontends: FrontendPackage[] }> {
  const rows = await selectRows<PinnedFile>(
    sql,
    `SELECT p.side, p.package, p.version, f.filename, f.sha256, f.facts FROM release_pin p
     LEFT JOIN package_file f ON f.side = p.side AND f.name = p.package AND f.version = p.version
       AND EXISTS (SELECT 1 FROM release_artifact a
         WHERE a.release_id = p.release_id AND a.filename = f.filename AND a.sha256 = f.sha256)
     WHERE p.release_id = ? ORDER BY p.side, p.package, f.filename`,
    [releaseId],
  );
  const python = rows.filter((row) => row.side === 'python');
  const names = [...new Set(python.map((row) => row.package))];
  return {
    backends: names.map((name) => backendOf(python.filter((row) => row.package === name))),
    frontends: rows.flatMap((row) => (row.side === 'npm' && row.filename !== null ? [frontendOf(row)] : [])),
  };
}

/** A package version by its files; one that has none comes as one row without a name. */
function backendOf(files: readonly PinnedFile[]): BackendPackage {
  const [first] = files;
  if (!first) throw new Error('A package version was asked for without its rows.');
  return {
    package: first.package,
    version: first.version,
    files: files.flatMap(({ filename, sha256, facts }) => {
      if (filename === null) return [];
      const { size, kind, requiresPython } = JSON.parse(facts) as PythonArtifact;
      return [{ filename, sha256, size, kind, requiresPython }];
    }),
  };
}

function frontendOf(file: PinnedFile): FrontendPackage {
  const { size, integrity, entry, files } = JSON.parse(file.facts) as NpmArtifact;
  const { filename, sha256 } = file;
  return {
    package: file.package,
    version: file.version,
    tarball: { filename: filename ?? '', sha256, size, integrity, entry, files },
  };
}
