import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { openPromise } from 'yauzl';

/** Beyond these nothing is said of a file: no source that a person wrote is as large. */
const mostSourceBytes = 4 * 1024 * 1024;
const mostBytes = 64 * 1024 * 1024;

/** What a file that is sent has of code. */
export type ArtifactSources = WheelSources | TarballSources;

interface Sources {
  readonly file: string;
  /** Texts of the modules, by path. */
  readonly modules: ReadonlyMap<string, string>;
  /** Whether it has code that can't be read here, such as a compiled module. */
  readonly isOpaque: boolean;
}

export interface WheelSources extends Sources {
  readonly kind: 'wheel';
}

export interface TarballSources extends Sources {
  readonly kind: 'tarball';
  /** All files; paths are those within the package. */
  readonly paths: ReadonlySet<string>;
  /** Its package.json. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** Of the wheels and npm tarballs among the files; what is wrong with a file itself is for the store to say. */
export async function artifactSources(files: readonly string[]): Promise<readonly ArtifactSources[]> {
  const read: ArtifactSources[] = [];
  for (const file of files) {
    const reader = file.endsWith('.whl') ? wheelSources : file.endsWith('.tgz') ? tarballSources : undefined;
    const sources = await reader?.(file).catch(() => undefined);
    if (sources !== undefined) read.push(sources);
  }
  return read;
}

async function wheelSources(file: string): Promise<WheelSources> {
  const modules = new Map<string, string>();
  const opaque = { kind: 'wheel', file, modules: new Map(), isOpaque: true } as const;
  let bytes = 0;
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (/\.(?:so|pyd|pyc|dylib)$/.test(entry.fileName)) return opaque;
      if (!entry.fileName.endsWith('.py')) continue;
      bytes += entry.uncompressedSize;
      if (entry.uncompressedSize > mostSourceBytes || bytes > mostBytes) return opaque;
      modules.set(entry.fileName, await text(await zip.openReadStreamPromise(entry)));
    }
  } finally {
    zip.close();
  }
  return { kind: 'wheel', file, modules, isOpaque: false };
}

async function tarballSources(file: string): Promise<TarballSources> {
  const modules = new Map<string, string>();
  const paths = new Set<string>();
  let manifest: Readonly<Record<string, unknown>> = {};
  let isOpaque = false;
  let bytes = 0;
  const entries = extract();
  // What it fails with is told by the entries.
  pipeline(createReadStream(file), createGunzip(), entries, () => undefined);
  for await (const entry of entries) {
    const { name, size, type } = entry.header;
    const path = name.replace(/^[^/]*\//, '');
    if (type === 'file') paths.add(path);
    const isScript = /\.[cm]?js$/.test(path);
    if (isScript) bytes += size;
    if (isScript && (size > mostSourceBytes || bytes > mostBytes)) isOpaque = true;
    if (isScript && !isOpaque) modules.set(path, await text(entry));
    else if (path === 'package.json' && size <= mostSourceBytes)
      manifest = Object(JSON.parse(await text(entry))) as typeof manifest;
    else entry.resume();
  }
  return { kind: 'tarball', file, modules, isOpaque, paths, manifest };
}
