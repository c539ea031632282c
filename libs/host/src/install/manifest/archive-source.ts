import { copyFile, open, readFile } from 'node:fs/promises';
import type { ExportedKind } from '../../archive/export-index.js';
import { openArchive } from '../../archive/open-archive.js';
import type { OpenedArchive } from '../../archive/open-archive.js';
import { diskFailure } from '../../folder/write-durably.js';
import { HostError } from '../../host-error.js';
import { tampered } from '../download-file.js';
import type { WantedFile } from '../download-file.js';
import type { Manifest } from './manifest.js';
import { ReleaseSource, verified } from './release-source.js';

/**
 * An archive of `mortise export`. Its index is anybody's word: what is signed in it says which bytes are due. What is not in
 * it comes from the store, where that can be reached.
 */
export class ArchiveSource extends ReleaseSource {
  private constructor(
    private readonly archive: OpenedArchive,
    /** The signed manifest, not verified yet. */
    readonly jws: string,
    private readonly store: ReleaseSource,
  ) {
    super();
  }

  /** Throws `archive-damaged`. */
  static async open(path: string, store: ReleaseSource): Promise<ArchiveSource> {
    const archive = await openArchive(path);
    const jws = await readKind(archive, 'manifest-jws');
    if (jws) return new ArchiveSource(archive, jws.toString(), store);
    await archive.discard();
    throw new HostError(
      'archive-damaged',
      `${path} has no signed manifest, so there is no telling what it is: export it again.`,
    );
  }

  /** Throws `artifact-tampered` where the manifest that people read in it is another than the signed one, of these bytes. */
  async holdReadable(signed: Buffer): Promise<void> {
    const readable = await readKind(this.archive, 'manifest');
    if (readable && !readable.equals(signed))
      throw new HostError(
        'artifact-tampered',
        'The archive’s manifest.json is another than its manifest.jws signs. Nothing was installed: somebody changed the archive, so export it again.',
      );
  }

  /** What it says that it is. */
  get release(): { readonly plugin: string; readonly version: string } {
    return this.archive.index;
  }

  discard(): Promise<void> {
    return this.archive.discard();
  }

  override async file(file: WantedFile, path: string): Promise<void> {
    const kept = this.archive.index.files.find((one) => one.path === `artifacts/${file.filename}`);
    if (!kept) return this.store.file(file, path);
    const isIt = kept.sha256 === file.sha256 && (file.size === null || kept.size === file.size);
    if (!isIt) throw tampered(file.filename, 'its digest is another');
    try {
      await copyFile(this.archive.pathOf(kept), path);
      const handle = await open(path, 'r+');
      await handle.sync().finally(() => handle.close());
    } catch (error) {
      throw diskFailure(error);
    }
  }

  override descriptor(manifest: Manifest): Promise<Uint8Array> {
    const read = async () => (await readKind(this.archive, 'descriptor')) ?? new Uint8Array();
    return verified('The descriptor', manifest.descriptor, read);
  }

  override async lock(manifest: Manifest): Promise<string | null> {
    if (manifest.lock === null) return null;
    const kept = await readKind(this.archive, 'manifest-lock');
    if (!kept) return this.store.lock(manifest);
    return Buffer.from(await verified('The lock', manifest.lock, () => Promise.resolve(kept))).toString();
  }
}

async function readKind({ index, pathOf }: OpenedArchive, kind: ExportedKind): Promise<Buffer | undefined> {
  const file = index.files.find((one) => one.kind === kind);
  return file && readFile(pathOf(file));
}
