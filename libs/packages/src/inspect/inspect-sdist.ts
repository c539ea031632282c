import { limits } from '#kernel';
import { ArchiveBudget } from '../archive/archive-budget.js';
import type { PythonArtifact } from '../artifact.js';
import { collectBytes } from '../archive/collect-bytes.js';
import { artifactRefused } from '../errors.js';
import { gzipChunks } from '../archive/gzip-chunks.js';
import { isNameAndVersion } from '../python/python-filename.js';
import { parsePythonMetadata } from './python-metadata.js';
import type { PythonMetadata } from './python-metadata.js';
import type { ReadableBytes } from '../staging.js';
import { readTar } from '../archive/tar-archive.js';

/** A source distribution (PEP 625, and the spellings before it): one folder `{name}-{version}` with a PKG-INFO. */
export async function inspectSdist(file: ReadableBytes, filename: string): Promise<PythonArtifact> {
  const { folder, metadata } = await readSdist(file, filename);
  const stem = filename.slice(0, -'.tar.gz'.length);
  const said = `${metadata.package} ${metadata.version}`;
  const agrees = (written: string) => isNameAndVersion(written, metadata.package, metadata.version);
  if (!agrees(stem)) {
    throw artifactRefused(
      'artifact-name-mismatch',
      { filename, entry: `${folder}/PKG-INFO` },
      `it says ${said}, the file's name says otherwise; name the file {name}-{version}.tar.gz.`,
    );
  }
  if (!agrees(folder)) {
    throw artifactRefused(
      'archive-layout',
      { filename, entry: folder },
      `the one folder in a source distribution of ${said} must be named like it.`,
    );
  }
  const { package: name, version, requiresPython } = metadata;
  const { sha256, size } = file;
  return { kind: 'sdist', filename, sha256, size, package: name, version, requiresPython, metadata: null };
}

async function readSdist(
  file: ReadableBytes,
  filename: string,
): Promise<{ folder: string; metadata: PythonMetadata }> {
  const budget = new ArchiveBudget(filename, file.size);
  let folder: string | undefined;
  let metadata: PythonMetadata | undefined;
  for await (const entry of readTar(gzipChunks(file, filename, budget), filename, budget)) {
    const top = entry.path.split('/')[0] ?? '';
    folder ??= top;
    if (top !== folder || entry.path === top) {
      throw artifactRefused(
        'archive-layout',
        { filename, entry: entry.path },
        `it lies outside ${folder}; a source distribution has one folder, {name}-{version}, with everything in it.`,
      );
    }
    if (entry.path !== `${folder}/PKG-INFO`) continue;
    const place = { filename, entry: entry.path };
    metadata = parsePythonMetadata(
      await collectBytes(entry.chunks(), limits.packageMetadataBytes, place),
      place,
    );
  }
  if (folder !== undefined && metadata !== undefined) return { folder, metadata };
  throw artifactRefused(
    'metadata-missing',
    { filename },
    'it has no {name}-{version}/PKG-INFO, as a source distribution must; build it with `python -m build --sdist`. An npm package is named *.tgz.',
  );
}
