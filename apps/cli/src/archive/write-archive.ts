import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { Pack } from 'tar-stream';
import { exportIndexName } from '#host';
import type { ExportedFile, ExportIndex } from '#host';
import { CliFailure } from '../cli-failure.js';

/** Opens the bytes of a file of the archive. */
export type OpenFile = (file: ExportedFile) => Promise<AsyncIterable<Uint8Array>>;

/**
 * Writes an archive (POSIX ustar): the index, and the files as it names them, each held against its size and digest
 * while it arrives. Whole or not at all: it takes its place in one step at the end.
 */
export async function writeArchive(
  path: string,
  index: ExportIndex,
  openFile: OpenFile,
  written: (bytes: number) => void,
): Promise<void> {
  const beside = `${path}.part`;
  // Before anything is fetched that could not be kept.
  const file = await open(beside, 'w');
  const archive = pack();
  // What goes wrong with either is told once, below.
  archive.on('error', () => undefined);
  const sink = pipeline(archive, file.createWriteStream()).then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    const text = Buffer.from(`${JSON.stringify(index, null, 2)}\n`);
    await add(archive, exportIndexName, text.length, [text]);
    let bytes = 0;
    for (const one of index.files) {
      const counted = (size: number): void => written((bytes += size));
      await add(archive, one.path, one.size, checked(one, openFile, counted));
    }
    archive.finalize();
    const failure = await sink;
    if (failure !== undefined) throw failure as Error;
    await syncFile(beside);
    await rename(beside, path);
  } catch (error) {
    archive.destroy();
    const failure = (await sink) as NodeJS.ErrnoException | undefined;
    await rm(beside, { force: true });
    // A disk that is full says why; what was being written then only says that it was broken off.
    throw failure?.path === undefined && failure?.code !== 'ENOSPC' ? error : failure;
  }
}

async function add(
  archive: Pack,
  name: string,
  size: number,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  // The same release gives the same archive, but for the signature and the times in the index.
  const entry = archive.entry({ name, size, mtime: new Date(0), mode: 0o644 });
  await pipeline(bytes, entry as unknown as NodeJS.WritableStream);
}

/** Opens a file when it is its turn: what was opened for an archive that has failed would keep a command alive. */
async function* checked(
  file: ExportedFile,
  openFile: OpenFile,
  counted: (size: number) => void,
): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of await openFile(file)) {
    size += chunk.length;
    if (size > file.size) break;
    hash.update(chunk);
    counted(chunk.length);
    yield chunk;
  }
  if (size === file.size && hash.digest('hex') === file.sha256) return;
  throw new CliFailure('artifact-damaged', `${file.path} did not arrive as the store says it is: try again.`);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
