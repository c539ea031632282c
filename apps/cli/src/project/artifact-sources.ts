import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { openPromise } from 'yauzl';

/** Beyond these nothing is said of a file: no source that a person wrote is as large. */
const mostSourceBytes = 4 * 1024 * 1024;
const mostBytes = 64 * 1024 * 1024;

export interface Sources {
  /** Texts of the modules, by path. */
  readonly modules: ReadonlyMap<string, string>;
  /** Whether it has code that can't be read here, such as a compiled module. */
  readonly isOpaque: boolean;
}

export interface TarballSources extends Sources {
  /** All files; paths are those within the package. */
  readonly paths: ReadonlySet<string>;
  /** Its package.json. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** The Python modules of a wheel. Throws for what can't be read. */
export async function wheelSources(file: string): Promise<Sources> {
  const modules = new Map<string, string>();
  let isOpaque = false;
  let bytes = 0;
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (/\.(?:so|pyd|pyc|dylib)$/.test(entry.fileName)) isOpaque = true;
      if (!entry.fileName.endsWith('.py')) continue;
      bytes += entry.uncompressedSize;
      if (entry.uncompressedSize > mostSourceBytes || bytes > mostBytes) isOpaque = true;
      else modules.set(entry.fileName, await text(await zip.openReadStreamPromise(entry)));
    }
  } finally {
    zip.close();
  }
  return { modules, isOpaque };
}

/** The scripts of an npm tarball. Throws for what can't be read. */
export async function tarballSources(file: string): Promise<TarballSources> {
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
  return { modules, isOpaque, paths, manifest };
}
