import { ArchiveBudget } from './archive-budget.js';
import { gzipChunks } from './gzip-chunks.js';
import { stagedChunks } from './staged-chunks.js';
import type { ReadableBytes } from '../staging.js';
import { readTar } from './tar-archive.js';
import type { ArchiveFile } from './tar-archive.js';

/**
 * The files of a tar, packed with gzip or not, in their order. An archive that is damaged, hostile or a bomb is refused
 * where that shows, with the entry named; until then its files have been handed out.
 */
export async function* unpackTar(file: ReadableBytes, filename: string): AsyncGenerator<ArchiveFile> {
  const budget = new ArchiveBudget(filename, file.size);
  const magic = await file.read(0, 2);
  const isGzip = magic.toString('hex') === '1f8b';
  const chunks = isGzip ? gzipChunks(file, filename, budget) : stagedChunks(file, 0, file.size);
  yield* readTar(chunks, filename, budget);
}
