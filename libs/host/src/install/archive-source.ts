import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createHash } from 'node:crypto';
import { extract } from 'tar-stream';
import { checkFilename } from '../folder/checked-name.js';
import { diskFailure, errorCode } from '../folder/write-durably.js';
import { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import type { WantedFile } from './download-file.js';
import { tampered } from './download-file.js';
import type { Manifest } from './manifest.js';
import { ReleaseSource, verified } from './release-source.js';

/** What an archive of `mortise export` says that it is; only what is signed in it is believed. */
interface ExportLabel {
  readonly schema_version?: unknown;
  readonly plugin?: unknown;
  readonly version?: unknown;
}

const loose = ['mortise-export.json', 'plugin.yaml', 'manifest.jws'] as const;

/** An archive that `mortise export` made. What is not in it comes from the store, where that can be reached. */
export class ArchiveSource extends ReleaseSource {
  private constructor(
    readonly plugin: string,
    readonly version: string,
    /** The signed manifest, not verified yet. */
    readonly jws: string,
    private readonly folder: string,
    private readonly store: ReleaseSource,
  ) {
    super();
  }

  /** Unpacks it into `folder`, which is the caller's to remove. Throws `archive-invalid`. */
  static async open(path: string, folder: string, store: ReleaseSource): Promise<ArchiveSource> {
    await mkdir(join(folder, 'artifacts'), { recursive: true });
    try {
      await unpack(path, folder);
    } catch (error) {
      if (error instanceof HostError) throw error;
      if (errorCode(error)?.startsWith('E') === true) throw diskFailure(error);
      throw archiveInvalid(path, String(error));
    }
    const [label, jws] = await Promise.all([
      readFile(join(folder, loose[0]), 'utf8').catch(() => '{}'),
      readFile(join(folder, loose[2]), 'utf8').catch(() => undefined),
    ]);
    const { schema_version, plugin, version } = JSON.parse(label) as ExportLabel;
    if (
      schema_version !== 1 ||
      typeof plugin !== 'string' ||
      typeof version !== 'string' ||
      jws === undefined
    )
      throw archiveInvalid(path, 'it is none that `mortise export` made');
    return new ArchiveSource(plugin, version, jws, folder, store);
  }

  override async file(file: WantedFile, path: string): Promise<void> {
    const here = join(this.folder, 'artifacts', checkFilename(file.filename));
    const digest = await digestOf(here);
    if (digest === undefined) return this.store.file(file, path);
    if (digest !== file.sha256) throw tampered(file.filename, 'its digest is another');
    await copyFile(here, path);
    const handle = await open(path, 'r+');
    await handle.sync().finally(() => handle.close());
  }

  override descriptor(manifest: Manifest): Promise<Uint8Array> {
    return verified('The descriptor', manifest.descriptor, () => readFile(join(this.folder, loose[1])));
  }

  /** The lock as hosts get it names the store's own addresses, so it is not the artifact that was uploaded. */
  override lock(manifest: Manifest): Promise<string | null> {
    return manifest.lock === null ? Promise.resolve(null) : this.store.lock(manifest);
  }
}

async function unpack(path: string, folder: string): Promise<void> {
  const entries = extract();
  let bytes = 0;
  entries.on('entry', (header, stream, next) => {
    const [root, filename, ...rest] = header.name.split('/');
    const isArtifact = root === 'artifacts' && filename !== undefined && rest.length === 0;
    const isLoose = (loose as readonly string[]).includes(header.name);
    bytes += header.size;
    if (bytes > hostLimits.archiveBytes) return next(archiveInvalid(path, 'it is too large'));
    if (header.type !== 'file' || (!isArtifact && !isLoose)) {
      stream.on('end', next);
      stream.resume();
      return undefined;
    }
    const target = (): string =>
      isLoose ? join(folder, header.name) : join(folder, 'artifacts', checkFilename(filename ?? ''));
    const write = async (): Promise<void> =>
      writeFile(target(), stream as AsyncIterable<Uint8Array>, { flag: 'wx' });
    write().then(() => next(), next);
    return undefined;
  });
  await pipeline(createReadStream(path), entries);
}

async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

const archiveInvalid = (path: string, why: string): HostError =>
  new HostError('archive-invalid', `${path} can't be installed from: ${why}.`);
