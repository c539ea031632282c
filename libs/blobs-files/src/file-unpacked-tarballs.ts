import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { limits, RegistryError, WorkQueue } from '#kernel';
import { KeptBytes, unpackNpmTarball, UnpackedTarballs } from '#packages';
import type { BlobStore, ByteRange, UnpackedFile } from '#packages';
import { PackIndex } from './pack-index.js';
import type { PackedFile } from './pack-index.js';
import { PackWriter } from './pack-writer.js';
import { openProcessFolder } from './process-folder.js';
import { errorCode, storageFailure } from './storage-failure.js';

const digest = /^[0-9a-f]{64}$/;
/** How exactly the disk knows when a tarball was last asked for. */
const touchedEveryMs = 60_000;

interface OnDisk {
  bytes: number;
  touchedAt: number;
}

/**
 * Unpacks each tarball into a folder of its digest, as one file with all of its contents and an index of what lies where:
 * no name from a tarball is ever one on the disk. A folder is made elsewhere and renamed when it is whole. Whatever was not
 * asked for the longest leaves when all of them together grow too large.
 */
export class FileUnpackedTarballs extends UnpackedTarballs {
  private readonly queue = new WorkQueue(limits.unpackingAtOnce, limits.unpackingWaiting, () => overloaded());
  /** Digest to what is being read or unpacked now. */
  private readonly opening = new Map<string, Promise<PackIndex>>();
  /** Both with what was asked for last at the end. */
  private readonly indexes = new Map<string, PackIndex>();
  private readonly onDisk = new Map<string, OnDisk>();
  private indexBytes = 0;
  private diskBytes = 0;
  private drafts = 0;

  private constructor(
    private readonly folder: string,
    private readonly incoming: string,
    private readonly blobs: BlobStore,
    private readonly capacityBytes: number,
  ) {
    super();
  }

  /** Makes the folder where it is missing, and clears away what processes that died had not finished. */
  static async open(
    folder: string,
    blobs: BlobStore,
    capacityBytes: number = limits.unpackedBytes,
  ): Promise<FileUnpackedTarballs> {
    const root = resolve(folder);
    const incoming = await openProcessFolder(join(root, 'incoming'));
    const tarballs = new FileUnpackedTarballs(root, incoming, blobs, capacityBytes);
    await tarballs.lookAround();
    return tarballs;
  }

  override async find(sha256: string, path: string): Promise<UnpackedFile | undefined> {
    const found = (await this.indexOf(sha256)).find(path);
    if (found === undefined) return undefined;
    const { size, integrity } = found;
    return { size, integrity, open: (range) => this.read(sha256, path, range) };
  }

  private async read(sha256: string, path: string, range?: ByteRange): Promise<Readable> {
    for (let isSecondTry = false; ; isSecondTry = true) {
      const found = (await this.indexOf(sha256)).find(path);
      if (found === undefined) throw new Error(`What was unpacked of ${sha256} has changed.`);
      try {
        return await openPart(this.packOf(sha256), found, range);
      } catch (error) {
        if (isSecondTry || errorCode(error) !== 'ENOENT') throw error;
        // It has left since it was found, or somebody has cleared the folder.
        this.forget(sha256);
      }
    }
  }

  private async indexOf(sha256: string): Promise<PackIndex> {
    const kept = this.indexes.get(sha256);
    if (kept !== undefined) {
      this.indexes.delete(sha256);
      this.indexes.set(sha256, kept);
      this.touch(sha256);
      return kept;
    }
    const running = this.opening.get(sha256);
    if (running !== undefined) return running;
    const opening = this.openIndex(sha256).finally(() => this.opening.delete(sha256));
    this.opening.set(sha256, opening);
    return opening;
  }

  private async openIndex(sha256: string): Promise<PackIndex> {
    if (!digest.test(sha256)) throw new Error('A tarball is asked for by its digest.');
    const index =
      (await PackIndex.read(this.folderOf(sha256), this.packOf(sha256))) ??
      (await this.queue.run(() => this.unpack(sha256)));
    this.keep(sha256, index);
    this.touch(sha256);
    return index;
  }

  private async unpack(sha256: string): Promise<PackIndex> {
    const draft = this.draft();
    try {
      await mkdir(draft, { recursive: true });
      const tarball = await KeptBytes.of(this.blobs, sha256);
      const files = await PackWriter.write(packIn(draft), unpackNpmTarball(tarball, `${sha256}.tgz`));
      const index = await PackIndex.write(draft, files);
      await this.remove(sha256);
      await this.makeRoom(index.diskBytes);
      await rename(draft, this.folderOf(sha256));
      this.onDisk.set(sha256, { bytes: index.diskBytes, touchedAt: Date.now() });
      this.diskBytes += index.diskBytes;
      return index;
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw asFault(sha256, storageFailure(error));
    }
  }

  private async makeRoom(bytes: number): Promise<void> {
    for (const sha256 of this.onDisk.keys()) {
      if (this.diskBytes + bytes <= this.capacityBytes) return;
      await this.remove(sha256);
    }
  }

  /** Renamed first, so that it is there or not, never in part. */
  private async remove(sha256: string): Promise<void> {
    this.forget(sha256);
    this.diskBytes -= this.onDisk.get(sha256)?.bytes ?? 0;
    this.onDisk.delete(sha256);
    const draft = this.draft();
    try {
      await rename(this.folderOf(sha256), draft);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
    await rm(draft, { recursive: true, force: true });
  }

  /** What earlier processes unpacked, in the order in which it was last asked for. */
  private async lookAround(): Promise<void> {
    const found: [string, OnDisk][] = [];
    for (const sha256 of await readdir(this.folder)) {
      if (!digest.test(sha256)) continue;
      const index = await stat(PackIndex.pathOf(this.folderOf(sha256))).catch(() => undefined);
      const pack = await stat(this.packOf(sha256)).catch(() => undefined);
      if (index && pack) found.push([sha256, { bytes: index.size + pack.size, touchedAt: index.mtimeMs }]);
      else await this.remove(sha256);
    }
    found.sort(([, a], [, b]) => a.touchedAt - b.touchedAt);
    for (const [sha256, one] of found) {
      this.onDisk.set(sha256, one);
      this.diskBytes += one.bytes;
    }
    await this.makeRoom(0);
  }

  private touch(sha256: string): void {
    const one = this.onDisk.get(sha256);
    if (one === undefined) return;
    this.onDisk.delete(sha256);
    this.onDisk.set(sha256, one);
    const now = Date.now();
    if (now - one.touchedAt < touchedEveryMs) return;
    one.touchedAt = now;
    const at = new Date(now);
    // Only for the next start to know; where it has left, there is nothing to know.
    void utimes(PackIndex.pathOf(this.folderOf(sha256)), at, at).catch(() => undefined);
  }

  private keep(sha256: string, index: PackIndex): void {
    this.forget(sha256);
    this.indexes.set(sha256, index);
    this.indexBytes += index.memoryBytes;
    for (const oldest of this.indexes.keys()) {
      if (this.indexBytes <= limits.unpackedIndexesInMemoryBytes || oldest === sha256) return;
      this.forget(oldest);
    }
  }

  private forget(sha256: string): void {
    this.indexBytes -= this.indexes.get(sha256)?.memoryBytes ?? 0;
    this.indexes.delete(sha256);
  }

  private draft(): string {
    return join(this.incoming, `${this.drafts++}`);
  }

  private folderOf(sha256: string): string {
    return join(this.folder, sha256);
  }

  private packOf(sha256: string): string {
    return packIn(this.folderOf(sha256));
  }
}

const packIn = (folder: string): string => join(folder, 'pack');

async function openPart(pack: string, { start, size }: PackedFile, range?: ByteRange): Promise<Readable> {
  const handle = await open(pack, 'r');
  if (size === 0) {
    await handle.close();
    return Readable.from([]);
  }
  const { start: from, end: to } = range ?? { start: 0, end: size - 1 };
  return createReadStream('', { fd: handle, start: start + from, end: start + to });
}

/** What was taken in once can be unpacked: where it can't, it has changed since, and no caller is at fault. */
function asFault(sha256: string, error: unknown): unknown {
  if (!(error instanceof RegistryError) || error.kind === 'not-found' || error.kind === 'unavailable')
    return error;
  return new Error(`The kept tarball ${sha256} can't be unpacked; run the verification.`, { cause: error });
}

const overloaded = (): RegistryError =>
  new RegistryError(
    'unavailable',
    'overloaded',
    'Too many front ends are being unpacked: ask again after the seconds that Retry-After says.',
    { retryAfterSeconds: 2 },
  );
