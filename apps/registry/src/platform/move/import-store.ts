import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FileStaging } from '#blobs-files';
import {
  Database,
  DatabaseLock,
  fillStore,
  migrationNames,
  requireEmptyStore,
  SecretSeal,
  shownLocation,
} from '#database';
import type { RowBatch, StoredRow } from '#database';
import { limits, sha256Hex } from '#kernel';
import { claimBlobs } from '#packages';
import type { BlobStore } from '#packages';
import { CannotStart } from '../cannot-start.js';
import type { Settings } from '../settings/config.js';
import { DataFolder } from '../storage/data-folder.js';
import { lockedFile } from '../storage/locked-file.js';
import { makeFolder } from '../storage/make-folder.js';
import { openBlobs } from '../storage/open-blobs.js';
import { archiveForm, blobPath, headerPath } from './archive.js';
import type { ArchiveEntry, ArchiveHeader } from './archive.js';
import { readFolderArchive } from './folder-archive.js';
import { readTarArchive } from './tar-archive.js';

type Say = (text: string) => void;

/**
 * Fills an empty store with all of an exported one: the same rows, the same bytes, the same cluster. The bytes first, each held
 * against its digest, then the rows in one transaction; cut off in between, it is begun again, and what is kept is not sent
 * twice. Throws CannotStart, `store-not-empty`, `blobs-of-another-store`, `secret-key-missing`, `secret-key-wrong`.
 */
export async function importStore(settings: Settings, source: string, say: Say): Promise<void> {
  const path = resolve(source);
  if (!existsSync(path)) throw new CannotStart(`There is no ${path} to import.`, 2);
  // The examples belong to the store that was exported, or don't.
  DataFolder.open(settings.dataFolder, false);
  const file = lockedFile(settings);
  makeFolder(dirname(file), 'MORTISE_DATABASE');
  const lock = DatabaseLock.take(file);
  try {
    const database = await Database.open(settings.database);
    try {
      await requireEmptyStore(database);
      const entries = statSync(path).isDirectory() ? readFolderArchive(path) : readTarArchive(path);
      const header = await fill(settings, database, entries);
      const rows = header.tables.reduce((sum, table) => sum + table.rows, 0);
      say(
        `Imported ${rows} rows and ${header.blobs} blobs into ${shownLocation(settings.database)} and ${settings.blobs}. The next start makes the search index.`,
      );
    } finally {
      await database.close();
    }
  } finally {
    lock.release();
  }
}

async function fill(
  settings: Settings,
  database: Database,
  entries: AsyncGenerator<ArchiveEntry>,
): Promise<ArchiveHeader> {
  const seal = new SecretSeal(settings.secretKey);
  const header = await readHeader(entries);
  if (header.secrets === 'sealed') seal.requireKey();
  const archive = new OpenArchive(header, entries);
  const blobs = await openBlobs(settings);
  await claimBlobs(blobs, header.cluster_id);
  await archive.keepBlobs(blobs, await FileStaging.open(join(settings.dataFolder, 'staging')));
  const columns = Object.fromEntries(header.tables.map((table) => [table.name, table.columns]));
  await fillStore(database, { columns, batches: archive.batches(), seal });
  return header;
}

async function readHeader(entries: AsyncGenerator<ArchiveEntry>): Promise<ArchiveHeader> {
  // What can't be read from its first byte on was never one.
  const first = await entries.next().catch(() => {
    throw notAnExport();
  });
  if (first.done === true || first.value.path !== headerPath || first.value.size > limits.exportHeaderBytes)
    throw notAnExport();
  let header: unknown;
  try {
    header = JSON.parse((await collect(first.value)).toString());
  } catch {
    throw notAnExport();
  }
  if (typeof header !== 'object' || header === null) throw notAnExport();
  if ('schema_version' in header && 'plugin' in header) throw onePlugin();
  if (!isHeader(header)) throw notAnExport();
  const own = migrationNames();
  if (header.migrations.join() !== own.join()) {
    throw new CannotStart(
      'The export is of another version of the store: bring the one that it comes from to this version first, and export it again.',
    );
  }
  return header;
}

const isHeader = (read: Partial<ArchiveHeader>): read is ArchiveHeader =>
  read.mortise_export === archiveForm && Array.isArray(read.migrations) && Array.isArray(read.tables);

/** What comes after the header, in its order: nothing may be missing, and nothing be there that it doesn't name. */
class OpenArchive {
  private ahead: ArchiveEntry | undefined;

  constructor(
    private readonly header: ArchiveHeader,
    private readonly entries: AsyncGenerator<ArchiveEntry>,
  ) {}

  async keepBlobs(blobs: BlobStore, staging: FileStaging): Promise<void> {
    let last = '';
    let count = 0;
    for (let entry = await this.next(); entry; entry = await this.next()) {
      const sha256 = entry.path.slice(-64);
      if (entry.path !== blobPath(sha256)) {
        this.ahead = entry;
        break;
      }
      if (sha256 <= last) throw incomplete('its blobs are not in order');
      last = sha256;
      count += 1;
      await keepBlob(entry, sha256, blobs, staging);
    }
    if (count !== this.header.blobs)
      throw incomplete(`it has ${count} blobs and should have ${this.header.blobs}`);
  }

  async *batches(): AsyncGenerator<RowBatch> {
    for (const { name, parts, rows: due } of this.header.tables) {
      let rows = 0;
      for (const part of parts) {
        const entry = await this.next();
        if (entry?.path !== part.path) throw incomplete(`${part.path} is missing`);
        const lines = await collect(entry);
        if (sha256Hex(lines) !== part.sha256) throw incomplete(`${part.path} has other bytes than it should`);
        const batch = lines.toString().split('\n').slice(0, -1);
        rows += batch.length;
        yield { table: name, rows: batch.map((line) => JSON.parse(line) as StoredRow) };
      }
      if (rows !== due) throw incomplete(`the table ${name} has ${rows} rows and should have ${due}`);
    }
    if (await this.next()) throw incomplete('there is more in it than it says');
  }

  private async next(): Promise<ArchiveEntry | undefined> {
    const { ahead } = this;
    this.ahead = undefined;
    if (ahead) return ahead;
    try {
      const next = await this.entries.next();
      return next.done === true ? undefined : { ...next.value, chunks: readable(next.value.chunks) };
    } catch (error) {
      throw unreadable(error);
    }
  }
}

async function* readable(chunks: ArchiveEntry['chunks']): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw unreadable(error);
  }
}

async function keepBlob(
  { path, size, chunks }: ArchiveEntry,
  sha256: string,
  blobs: BlobStore,
  staging: FileStaging,
): Promise<void> {
  if ((await blobs.size(sha256)) === size) {
    for await (const chunk of chunks) void chunk;
    return;
  }
  const staged = await staging.stage(chunks, { maxBytes: size });
  try {
    if (staged.sha256 !== sha256) throw incomplete(`${path} has other bytes than its digest says`);
    await blobs.keep(staged);
  } finally {
    await staged.discard();
  }
}

async function collect({ chunks }: ArchiveEntry): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

const onePlugin = (): CannotStart =>
  new CannotStart(
    'This is one plugin, exported by "mortise export", not a store: "mortise publish" brings it into a store that runs.',
    2,
  );

const notAnExport = (): CannotStart =>
  new CannotStart(
    'This is no export of a store: name a folder or file that "mortise-registry export" wrote.',
    2,
  );

const unreadable = (error: unknown): CannotStart =>
  incomplete(error instanceof Error ? error.message : 'it can’t be read');

const incomplete = (what: string): CannotStart =>
  new CannotStart(
    `The export is damaged, so that no row was written: ${what}. Copy it again, or make it again.`,
  );
