import type { ReadableBytes } from '../staging.js';
import type { ArchiveFile } from '../archive/tar-archive.js';
import { unpackTar } from '../archive/unpack-tar.js';

/**
 * The files of an npm tarball by their paths in the package: without the one folder that all of them lie in, whatever
 * it is called. Refuses what `unpackTar` refuses.
 */
export async function* unpackNpmTarball(file: ReadableBytes, filename: string): AsyncGenerator<ArchiveFile> {
  for await (const entry of unpackTar(file, filename)) {
    const { path, size } = entry;
    yield { path: path.slice(path.indexOf('/') + 1), size, chunks: () => entry.chunks() };
  }
}
