import {
  closeSync,
  createReadStream,
  existsSync,
  fdatasync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {
  copyFile,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { BlobStore, blobMissing } from '#packages';
import type { ByteRange, StagedFile } from '#packages';
import { DirectorySync } from './directory-sync.js';
import { clearLeftovers, openProcessFolder } from './process-folder.js';
import { errorCode, storageFailure } from './storage-failure.js';

const digest = /^[0-9a-f]{64}$/;
const shard = /^[0-9a-f]{2}$/;
const shards = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));

/**
 * Keeps blobs as files, `sha256/ab/ab…`. The bytes are written and synced under another name first, then renamed,
 * then the directory is synced: two syncs a blob, the second shared among callers where they meet.
 */
export class FileBlobStore extends BlobStore {
  private readonly directories = new DirectorySync();
  private temporaryNames = 0;

  private constructor(
    private readonly blobs: string,
    private readonly incoming: string,
  ) {
    super();
  }

  /** Makes the folder where it is missing, and clears away what processes that died had not finished. */
  static async open(folder: string): Promise<FileBlobStore> {
    const blobs = join(resolve(folder), 'sha256');
    await makeShards(blobs);
    return new FileBlobStore(blobs, await openProcessFolder(join(resolve(folder), 'incoming')));
  }

  /** To look at what is there while a store may be at work: makes and clears away nothing. */
  static openToRead(folder: string): FileBlobStore {
    return new FileBlobStore(join(resolve(folder), 'sha256'), join(resolve(folder), 'incoming', 'none'));
  }

  override async keep(file: StagedFile): Promise<void> {
    const target = this.pathOf(file.sha256);
    if (file.bytes !== null) await this.keepSmall(file.bytes, target);
    else if ((await this.size(file.sha256)) !== file.size) await this.write(file.path, target);
    // Also when the blob was there: whoever put it there may not have come this far.
    await this.directories.sync(dirname(target));
  }

  override async size(sha256: string): Promise<number | undefined> {
    if (!digest.test(sha256)) return undefined;
    try {
      return (await stat(this.pathOf(sha256))).size;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  override async open(sha256: string, range?: ByteRange): Promise<Readable> {
    if (!digest.test(sha256)) throw blobMissing(sha256);
    const handle = await open(this.pathOf(sha256), 'r').catch((error: unknown) => {
      throw errorCode(error) === 'ENOENT' ? blobMissing(sha256) : error;
    });
    return createReadStream('', { fd: handle, ...range });
  }

  /** Nothing comes between the look at the clock and the removal: neither gives the thread away. */
  override async remove(sha256: string, until = Infinity): Promise<void> {
    if (!digest.test(sha256)) return;
    if (Date.now() >= until) throw new Error('The time to remove the blob is over.');
    rmSync(this.pathOf(sha256), { force: true });
  }

  override async *list(): AsyncIterable<string> {
    for (const folder of await namesIn(this.blobs)) {
      if (!shard.test(folder)) continue;
      for (const name of await readdir(join(this.blobs, folder))) if (digest.test(name)) yield name;
    }
  }

  override address(): Promise<null> {
    return Promise.resolve(null);
  }

  override placeOf(sha256: string): string {
    return this.pathOf(sha256);
  }

  override clearLeftovers(before: number, look?: 'look'): Promise<number> {
    return clearLeftovers(dirname(this.incoming), before, look);
  }

  override async owner(claimant: string): Promise<string> {
    const path = join(dirname(this.blobs), 'owner');
    if (existsSync(path)) return readFile(path, 'utf8');
    const temporary = this.temporaryName();
    try {
      await writeFile(temporary, claimant, { flush: true });
      await link(temporary, path);
      await this.directories.sync(dirname(path));
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw storageFailure(error);
    } finally {
      await rm(temporary, { force: true });
    }
    return readFile(path, 'utf8');
  }

  private pathOf(sha256: string): string {
    return join(this.blobs, sha256.slice(0, 2), sha256);
  }

  /**
   * What lies in memory is small, and its name, its bytes and its new name are given to the system in less time than
   * it takes to hear back from another thread; only the sync is worth waiting for.
   */
  private async keepSmall(bytes: Buffer, target: string): Promise<void> {
    if (statSync(target, { throwIfNoEntry: false })?.size === bytes.length) return;
    const temporary = this.temporaryName();
    try {
      const file = openSync(temporary, 'wx');
      try {
        writeFileSync(file, bytes);
        await datasync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw storageFailure(error);
    }
  }

  private async write(from: string | null, target: string): Promise<void> {
    if (from === null) throw new Error('A staged file is in memory or on the disk.');
    const temporary = this.temporaryName();
    try {
      await linkOrCopy(from, temporary);
      await syncFile(temporary);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw storageFailure(error);
    }
  }

  private temporaryName(): string {
    return join(this.incoming, `${this.temporaryNames++}`);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
}

const datasync = promisify(fdatasync);

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Staged files are never written to again, so a second name for the same bytes is as good as a copy. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw error;
    await copyFile(from, to);
  }
}

/** All 256 at once and synced together, so that no keep has to sync more than the one directory it writes to. */
async function makeShards(blobs: string): Promise<void> {
  const firstMade = await mkdir(blobs, { recursive: true });
  const present = new Set(await readdir(blobs));
  const missing = shards.filter((name) => !present.has(name));
  await Promise.all(missing.map((name) => mkdir(join(blobs, name), { recursive: true })));
  const directories = new DirectorySync();
  if (missing.length > 0) await directories.sync(blobs);
  if (firstMade === undefined) return;
  for (let made = blobs; made.length >= firstMade.length; made = dirname(made)) {
    await directories.sync(dirname(made));
  }
}
