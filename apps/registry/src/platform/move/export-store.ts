import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { migrationNames, StoreSnapshot } from '#database';
import type { BlobStore } from '#packages';
import { CannotStart } from '../cannot-start.js';
import type { Settings } from '../settings/config.js';
import { clusterIdOf } from '../commands/cluster-id.js';
import { openToRead } from '../commands/open-to-read.js';
import { openBlobsToRead } from '../storage/open-blobs.js';
import { archiveForm, blobPath, headerPath } from './archive.js';
import type { ArchiveHeader, ArchiveWriter } from './archive.js';
import { FolderArchiveWriter } from './folder-archive.js';
import { RowSpool } from './row-spool.js';
import type { Spooled } from './row-spool.js';
import { TarArchiveWriter } from './tar-archive.js';

type Say = (text: string) => void;

/**
 * Writes the whole store to a new folder, or to a new file where the name ends with `.tar`: as it was at one moment, also while it
 * serves. All of it or nothing. Throws CannotStart.
 */
export async function exportStore(settings: Settings, target: string, say: Say): Promise<void> {
  const path = resolve(target);
  const taken = [path, `${path}.partial`, `${path}.rows`].find((name) => existsSync(name));
  if (taken !== undefined)
    throw new CannotStart(`${taken} is there already: name a folder or file that is not, or remove it.`, 2);
  if (!existsSync(dirname(path)))
    throw new CannotStart(`There is no folder ${dirname(path)} to write to.`, 2);
  try {
    say(sentence(path, await writeArchive(settings, path)));
  } catch (error) {
    throw cannotWrite(error, path) ?? error;
  }
}

async function writeArchive(settings: Settings, path: string): Promise<ArchiveHeader> {
  const spool = await RowSpool.open(`${path}.rows`);
  try {
    const header = await takeRows(settings, spool);
    const writer = isTar(path) ? new TarArchiveWriter(path) : await FolderArchiveWriter.create(path);
    try {
      await write(writer, header, spool, await openBlobsToRead(settings));
      await writer.finish();
    } catch (error) {
      await writer.abandon();
      throw error;
    }
    return header;
  } finally {
    await spool.remove();
  }
}

/** These are met by whoever writes; others may be of the store, which is read. */
const ofWriting: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

function cannotWrite(error: unknown, target: string): CannotStart | undefined {
  const { code, path = '' } = error as NodeJS.ErrnoException;
  if (code === undefined || !(ofWriting.has(code) || path.startsWith(target))) return undefined;
  return new CannotStart(
    `The export can't be written to ${target} (${code}), and nothing of it stays: make room there and make it writable, or name another place.`,
  );
}

const isTar = (path: string): boolean => path.endsWith('.tar');

async function takeRows(settings: Settings, spool: RowSpool): Promise<ArchiveHeader> {
  const clusterId = await findClusterId(settings);
  const snapshot = await StoreSnapshot.open(settings.database);
  let taken: Spooled;
  try {
    taken = await spool.take(snapshot);
  } finally {
    await snapshot.close();
  }
  return {
    mortise_export: archiveForm,
    made_at: new Date().toISOString(),
    cluster_id: clusterId,
    migrations: migrationNames(),
    ...taken,
  };
}

/** Also makes sure that the secrets, where they are sealed, open to the key that is set. */
async function findClusterId(settings: Settings): Promise<string> {
  const database = await openToRead(settings.database);
  try {
    return await clusterIdOf(settings, database);
  } finally {
    await database.close();
  }
}

async function write(
  writer: ArchiveWriter,
  header: ArchiveHeader,
  spool: RowSpool,
  blobs: BlobStore,
): Promise<void> {
  const text = Buffer.from(`${JSON.stringify(header, null, 1)}\n`);
  await writer.add(headerPath, text.length, text);
  for await (const sha256 of spool.digests()) await writeBlob(writer, blobs, sha256);
  for (const { path } of header.tables.flatMap(({ parts }) => parts)) {
    const rows = await spool.read(path);
    await writer.add(path, rows.length, rows);
  }
}

async function writeBlob(writer: ArchiveWriter, blobs: BlobStore, sha256: string): Promise<void> {
  const size = await blobs.size(sha256);
  if (size === undefined) throw damaged(blobs.placeOf(sha256), 'is not there');
  const body = await blobs.open(sha256);
  const place = blobs.placeOf(sha256);
  await writer.add(
    blobPath(sha256),
    size,
    Readable.from(verified(body, sha256, place), { objectMode: false }),
  );
}

async function* verified(body: Readable, sha256: string, place: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of body) {
    hash.update(chunk as Buffer);
    yield chunk as Buffer;
  }
  if (hash.digest('hex') !== sha256) throw damaged(place, 'has other bytes than its digest says');
}

const damaged = (place: string, what: string): CannotStart =>
  new CannotStart(
    `${place} ${what}, so that nothing was exported: "mortise-registry verify" says what needs it, and how to mend it.`,
  );

function sentence(path: string, { tables, blobs, secrets }: ArchiveHeader): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const kept =
    secrets === 'sealed'
      ? 'The secrets in it are sealed: importing needs the same MORTISE_SECRET_KEY.'
      : 'The secrets of the store lie open in it: keep it from others as you keep the database.';
  return `Exported ${rows} rows and ${blobs} blobs to ${path}.\n${kept}`;
}
