import { ReleaseStore, versionTaken } from '#catalog';
import type { LabelledVersion, Publication, Release, Trust } from '#catalog';
import type { PluginId, Version } from '#kernel';
import { isUniqueViolation } from '../constraint.js';
import type { Database } from '../database.js';
import { findRelease } from './find-release.js';
import { PublisherRow } from '../rows/access-rows.js';
import { ReleaseRow } from '../rows/catalog-rows.js';
import { findRows } from '../find-rows.js';
import { writePublication } from './write-publication.js';

/** Keeps releases in tables; a unique constraint says who was first. */
export class SqlReleaseStore extends ReleaseStore {
  constructor(private readonly database: Database) {
    super();
  }

  override find(plugin: PluginId, version: Version): Promise<Release | undefined> {
    return this.database.read((sql) => findRelease(sql, plugin, version));
  }

  override async add(publication: Publication): Promise<void> {
    const { plugin, version } = publication.release;
    try {
      await this.database.write((sql, tell) => writePublication(sql, tell, publication));
    } catch (error) {
      // All other unique values are looked up in the transaction before they are written.
      if (isUniqueViolation(error)) throw versionTaken(plugin, version);
      throw error;
    }
  }

  override async versions(plugin: PluginId): Promise<readonly LabelledVersion[]> {
    const rows = await this.database.read((sql) =>
      findRows(sql, ReleaseRow, ['version', 'version_label'], { plugin_id: plugin }),
    );
    return rows.map((row) => ({ version: row.version, label: row.version_label }));
  }

  override async publisherTrust(publisher: string): Promise<Trust> {
    const [row] = await this.database.read((sql) =>
      findRows(sql, PublisherRow, ['trust'], { id: publisher }),
    );
    return row?.trust ?? 'untrusted';
  }
}
