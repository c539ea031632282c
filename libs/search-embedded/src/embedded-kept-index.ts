import { existsSync } from 'node:fs';
import type { PluginId } from '#kernel';
import { KeptIndex } from '#search';
import type { PluginDocument } from '#search';
import { IndexDamaged, IndexOutdated, isDamage } from './index-damaged.js';
import { IndexFolder, openIndexFile } from './index-folder.js';
import type { Connection } from './index-folder.js';
import { storedDocument } from './stored-document.js';
import type { StoredRow } from './stored-document.js';

const cacheKibibytes = 16 * 1024;
const faultsTold = 10;

/** Reads the index in use in a folder, and changes nothing in it. */
export class EmbeddedKeptIndex extends KeptIndex {
  private constructor(private readonly connection: Connection) {
    super();
  }

  /** Null where there is none that this version can use: the next start makes one. A sentence where it is damaged. */
  static open(folder: string): EmbeddedKeptIndex | string | null {
    const path = existsSync(folder) ? new IndexFolder(folder).currentPath() : undefined;
    if (path === undefined) return null;
    try {
      return new EmbeddedKeptIndex(openIndexFile(path, { cacheKibibytes, readOnly: true }));
    } catch (error) {
      if (error instanceof IndexOutdated) return null;
      if (error instanceof IndexDamaged) return error.message;
      if (isDamage(error)) return `SQLite can’t read it: ${String(error)}.`;
      throw error;
    }
  }

  override readonly mend =
    'Stop the store and run "mortise-registry reindex": the next start makes the index again from the database.';

  override async sequence(): Promise<number> {
    return Number(this.connection.prepare("SELECT value FROM meta WHERE key = 'sequence'").pluck().get());
  }

  override async documents(plugins: readonly PluginId[]): Promise<ReadonlyMap<PluginId, PluginDocument>> {
    const found = plugins.map((id) => [id, this.document(id)] as const);
    return new Map(found.filter((one): one is [PluginId, PluginDocument] => one[1] !== undefined));
  }

  private document(plugin: PluginId): PluginDocument | undefined {
    const row = this.connection
      .prepare('SELECT docid, revision, card, description, rest FROM document WHERE id = ?')
      .get(plugin) as StoredRow | undefined;
    try {
      return row && storedDocument(row);
    } catch {
      return undefined;
    }
  }

  override async ids(after: string, limit: number): Promise<readonly PluginId[]> {
    return this.connection
      .prepare('SELECT id FROM document WHERE id > ? ORDER BY id LIMIT ?')
      .pluck()
      .all(after, limit) as PluginId[];
  }

  override async faults(): Promise<readonly string[]> {
    const found = this.connection.pragma(`quick_check(${faultsTold})`) as { quick_check: string }[];
    return found
      .map(({ quick_check: fault }) => fault)
      .filter((fault) => fault !== 'ok')
      .map((fault) => `SQLite finds damage in it: ${fault}.`);
  }

  override async close(): Promise<void> {
    this.connection.close();
  }
}
