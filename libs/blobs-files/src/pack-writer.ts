import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { ArchiveFile } from '#packages';
import type { PackedFile } from './pack-index.js';
import { writeWhole } from './write-whole.js';

/** A package may have a great many small files: they are written together. */
const writtenAtOnceBytes = 1024 * 1024;

/** Writes files one after another into one file of the disk, and tells where each lies. */
export class PackWriter {
  private held: Buffer[] = [];
  private heldBytes = 0;
  private position = 0;

  private constructor(private readonly handle: FileHandle) {}

  /** All of `files`, to a new file at `path`; durable when it returns. */
  static async write(path: string, files: AsyncIterable<ArchiveFile>): Promise<[string, PackedFile][]> {
    const handle = await open(path, 'wx', 0o600);
    try {
      const writer = new PackWriter(handle);
      const packed: [string, PackedFile][] = [];
      for await (const file of files) packed.push([file.path, await writer.add(file)]);
      await writer.flush();
      await handle.datasync();
      return packed;
    } finally {
      await handle.close();
    }
  }

  private async add(file: ArchiveFile): Promise<PackedFile> {
    const start = this.position;
    const hash = createHash('sha384');
    for await (const chunk of file.chunks()) {
      hash.update(chunk);
      this.held.push(chunk);
      this.heldBytes += chunk.length;
      this.position += chunk.length;
      if (this.heldBytes >= writtenAtOnceBytes) await this.flush();
    }
    return { start, size: this.position - start, integrity: `sha384-${hash.digest('base64')}` };
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.concat(this.held);
    this.held = [];
    this.heldBytes = 0;
    await writeWhole(this.handle, bytes);
  }
}
