import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { limits, npmEntry } from '#kernel';
import { ArchiveBudget } from '../archive/archive-budget.js';
import type { FrontendFile, NpmArtifact } from '../artifact.js';
import { artifactRefused, artifactTooBig } from '../errors.js';
import { gzipChunks } from '../archive/gzip-chunks.js';
import { parseNpmManifest } from './npm-manifest.js';
import type { ReadableBytes } from '../staging.js';
import { stagedChunks } from '../archive/staged-chunks.js';
import { readTar } from '../archive/tar-archive.js';
import type { ArchiveFile } from '../archive/tar-archive.js';

interface Contents {
  readonly files: FrontendFile[];
  readonly manifest: Buffer;
  readonly manifestPath: string;
}

/**
 * An npm tarball: one folder with a package.json in it. npm pack calls the folder `package`; npm itself takes any,
 * and packages that other tools have packed use other names.
 */
export async function inspectNpmTarball(file: ReadableBytes, filename: string): Promise<NpmArtifact> {
  const { files, manifest: bytes, manifestPath } = await readContents(file, filename);
  const { name, version, manifest } = parseNpmManifest(bytes, { filename, entry: manifestPath });
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const sha512 = createHash('sha512');
  const sha1 = createHash('sha1');
  for await (const chunk of stagedChunks(file, 0, file.size)) {
    sha512.update(chunk);
    sha1.update(chunk);
  }
  return {
    kind: 'tarball',
    filename,
    sha256: file.sha256,
    size: file.size,
    package: name,
    version,
    manifest,
    entry: npmEntry(manifest, new Set(files.map(({ path }) => path))),
    integrity: `sha512-${sha512.digest('base64')}`,
    shasum: sha1.digest('hex'),
    unpackedSize: files.reduce((sum, { size }) => sum + size, 0),
    files,
  };
}

async function readContents(file: ReadableBytes, filename: string): Promise<Contents> {
  const budget = new ArchiveBudget(filename, file.size);
  const files: FrontendFile[] = [];
  let folder: string | undefined;
  let manifest: Buffer | undefined;
  for await (const entry of readTar(gzipChunks(file, filename, budget), filename, budget)) {
    const slash = entry.path.indexOf('/');
    folder ??= entry.path.slice(0, Math.max(0, slash));
    if (slash === -1 || entry.path.slice(0, slash) !== folder) throw outside(filename, entry.path);
    const path = entry.path.slice(slash + 1);
    const { hash, kept } = await hashFile(entry, path === 'package.json', filename);
    if (path === 'package.json') manifest = kept;
    files.push({ path, size: entry.size, integrity: `sha384-${hash.digest('base64')}` });
  }
  if (manifest !== undefined) return { files, manifest, manifestPath: `${folder ?? ''}/package.json` };
  throw artifactRefused(
    'metadata-missing',
    { filename },
    'it has no package/package.json, as an npm package must; make it with `npm pack`. A Python source distribution is named *.tar.gz.',
  );
}

async function hashFile(
  entry: ArchiveFile,
  keep: boolean,
  filename: string,
): Promise<{ hash: Hash; kept: Buffer }> {
  if (keep && entry.size > limits.packageMetadataBytes) {
    const place = { filename, entry: entry.path };
    throw artifactTooBig(
      'artifact-part-too-large',
      place,
      `it may have up to ${limits.packageMetadataBytes} bytes.`,
    );
  }
  const hash = createHash('sha384');
  const parts: Buffer[] = [];
  for await (const chunk of entry.chunks()) {
    hash.update(chunk);
    if (keep) parts.push(chunk);
  }
  return { hash, kept: Buffer.concat(parts) };
}

function outside(filename: string, entry: string): Error {
  return artifactRefused(
    'archive-layout',
    { filename, entry },
    'an npm package has one folder, package/, with everything in it; make it with `npm pack`.',
  );
}
