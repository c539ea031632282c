import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { checkRelativePath } from '../../folder/checked-name.js';
import { diskFailure, errorCode, makeFolder, syncFolder } from '../../folder/write-durably.js';
import { HostError } from '../../host-error.js';
import { hostLimits } from '../../host-limits.js';
import { atMostBytes } from '../at-most-bytes.js';
import { tampered } from '../download-file.js';
import type { ManifestFrontend } from '../manifest/manifest.js';

type PromisedFile = ManifestFrontend['files'][number];

/**
 * Puts the files of a front end that the manifest names at `target`, each as its integrity says (W3C SRI); `target` is
 * there whole or not at all. What is there already, such as damaged, stays until all of it is here to replace it. Throws
 * `artifact-tampered`, `unsafe-name`, `front-end-too-large`.
 */
export async function unpackFrontend(
  tarball: string,
  frontend: ManifestFrontend,
  place: { readonly incoming: string; readonly target: string },
  signal?: AbortSignal,
): Promise<void> {
  const promised = promisedFiles(frontend);
  await makeFolder(place.incoming);
  try {
    await unpackAll(tarball, promised, place.incoming, signal);
    const missing = promised.keys().next().value;
    if (missing !== undefined) throw tampered(frontend.tarball.filename, `"${missing}" is not in it`);
    await makeFolder(dirname(place.target));
    await rm(place.target, { recursive: true, force: true });
    await rename(place.incoming, place.target);
    await syncFolder(dirname(place.target));
  } catch (error) {
    // Somebody else's switch brought the same files.
    if (!['ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) throw diskFailure(error);
  } finally {
    await rm(place.incoming, { recursive: true, force: true });
  }
}

/** By path. Refused: more than there may be, and two that are one file where capitals or accents don't count. */
function promisedFiles({ tarball, files }: ManifestFrontend): Map<string, PromisedFile> {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (files.length > hostLimits.frontendFiles || bytes > hostLimits.frontendBytes)
    throw new HostError(
      'front-end-too-large',
      `${tarball.filename} would unpack into ${files.length} files of ${bytes} bytes together, more than a front end may have here.`,
    );
  const folded = new Set<string>();
  for (const { path } of files) {
    checkRelativePath(path);
    const fold = path.normalize('NFKC').toLowerCase();
    if (folded.has(fold))
      throw new HostError(
        'unsafe-name',
        `${tarball.filename} has two files that differ from "${path.slice(0, 120)}" in capitals or accents alone, which are one file on some machines. Nothing was installed: tell the plugin's publisher.`,
      );
    folded.add(fold);
  }
  return new Map(files.map((file) => [file.path, file]));
}

async function unpackAll(
  tarball: string,
  promised: Map<string, PromisedFile>,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const entries = extract();
  entries.on('entry', (header, stream, next) => {
    // npm takes whatever stands before the first slash for the package's own folder.
    const path = header.name.replace(/^(?:\.\/)?[^/]+\//, '');
    const file = header.type === 'file' ? promised.get(path) : undefined;
    if (!file) {
      stream.on('end', next);
      stream.resume();
      return undefined;
    }
    writeFile(stream as AsyncIterable<Uint8Array>, file, folder).then(() => {
      promised.delete(path);
      next();
    }, next);
    return undefined;
  });
  const bound = atMostBytes(2 * hostLimits.frontendBytes, tampered(tarball, 'it is larger than promised'));
  await pipeline(createReadStream(tarball), createGunzip(), bound, entries, { ...(signal && { signal }) });
}

async function writeFile(
  stream: AsyncIterable<Uint8Array>,
  file: PromisedFile,
  folder: string,
): Promise<void> {
  const path = join(folder, ...checkRelativePath(file.path));
  const [algorithm = '', expected = ''] = file.integrity.split(/-(.*)/s);
  if (!['sha256', 'sha384', 'sha512'].includes(algorithm))
    throw tampered(file.path, 'its integrity is unknown');
  const hash = createHash(algorithm);
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, 'wx', 0o644);
  try {
    let size = 0;
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > file.size) break;
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
    if (size !== file.size || hash.digest('base64') !== expected)
      throw tampered(file.path, 'its digest is another');
    await handle.sync();
  } finally {
    await handle.close();
  }
}
