import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '#kernel';
import { artifactTooLarge, Staging } from '#packages';
import type { StagedFile } from '#packages';
import { openProcessFolder } from './process-folder.js';
import { storageFailure } from './storage-failure.js';
import { writeWhole } from './write-whole.js';

/** Small uploads stay in memory, as long as all of them together are small too; others go to files in a folder. */
export class FileStaging extends Staging {
  private names = 0;
  private bytesInMemory = 0;

  private constructor(private readonly folder: string) {
    super();
  }

  /** Makes the folder where it is missing, and clears away what processes that died had left in it. */
  static async open(folder: string): Promise<FileStaging> {
    return new FileStaging(await openProcessFolder(folder));
  }

  override async stage(
    source: AsyncIterable<Uint8Array>,
    options: { readonly maxBytes: number },
  ): Promise<StagedFile> {
    const upload = new Upload(join(this.folder, `${this.names++}`), (bytes) => this.reserve(bytes));
    try {
      for await (const chunk of source) {
        if (upload.size + chunk.length > options.maxBytes) throw artifactTooLarge(options.maxBytes);
        await upload.take(chunk);
      }
      return await upload.finish();
    } catch (error) {
      await upload.discard();
      throw storageFailure(error);
    }
  }

  /** Whether that many bytes (or, when negative, fewer) may be held in memory. */
  private reserve(bytes: number): boolean {
    if (bytes > 0 && this.bytesInMemory + bytes > limits.stagedInMemoryBytes) return false;
    this.bytesInMemory += bytes;
    return true;
  }
}

class Upload {
  size = 0;
  private readonly hash = createHash('sha256');
  private chunks: Uint8Array[] = [];
  private reserved = 0;
  private handle: FileHandle | null = null;
  private onDisk = false;
  private discarded = false;

  constructor(
    private readonly path: string,
    private readonly reserve: (bytes: number) => boolean,
  ) {}

  async take(chunk: Uint8Array): Promise<void> {
    this.hash.update(chunk);
    this.size += chunk.length;
    if (this.handle === null && this.holdInMemory(chunk)) return;
    this.handle ??= await this.moveToDisk();
    await writeWhole(this.handle, chunk);
  }

  async finish(): Promise<StagedFile> {
    const sha256 = this.hash.digest('hex');
    const discard = () => this.discard();
    if (this.handle === null) {
      const bytes = Buffer.concat(this.chunks);
      this.chunks = [];
      const read = (start: number, length: number) => Promise.resolve(bytes.subarray(start, start + length));
      return { sha256, size: this.size, bytes, path: null, read, discard };
    }
    const handle = this.handle;
    const read = (start: number, length: number) =>
      readRange(handle, start, Math.min(length, this.size - start));
    return { sha256, size: this.size, bytes: null, path: this.path, read, discard };
  }

  async discard(): Promise<void> {
    if (this.discarded) return;
    this.discarded = true;
    this.letGoOfMemory();
    await this.handle?.close();
    if (this.onDisk) await rm(this.path, { force: true });
  }

  private holdInMemory(chunk: Uint8Array): boolean {
    if (this.size > limits.stagedFileInMemoryBytes || !this.reserve(chunk.length)) return false;
    this.reserved += chunk.length;
    this.chunks.push(chunk);
    return true;
  }

  private async moveToDisk(): Promise<FileHandle> {
    const handle = await open(this.path, 'wx+', 0o600);
    this.onDisk = true;
    this.handle = handle;
    for (const chunk of this.chunks) await writeWhole(handle, chunk);
    this.letGoOfMemory();
    return handle;
  }

  private letGoOfMemory(): void {
    this.reserve(-this.reserved);
    this.reserved = 0;
    this.chunks = [];
  }
}

async function readRange(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.max(0, length));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
