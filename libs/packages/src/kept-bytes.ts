import type { BlobStore } from './blob-store.js';
import { blobMissing } from './errors.js';
import type { ReadableBytes } from './staging.js';

/** Whoever reads an archive reads on and on, a little at a time: so much is fetched at once. */
const windowBytes = 1024 * 1024;

/** A blob as inspection reads what arrives: in any order, with no more than a window of it in memory. */
export class KeptBytes implements ReadableBytes {
  private window: Buffer = Buffer.alloc(0);
  private windowStart = 0;

  private constructor(
    private readonly blobs: BlobStore,
    readonly sha256: string,
    readonly size: number,
  ) {}

  /** Throws `blob-missing`. */
  static async of(blobs: BlobStore, sha256: string): Promise<KeptBytes> {
    const size = await blobs.size(sha256);
    if (size === undefined) throw blobMissing(sha256);
    return new KeptBytes(blobs, sha256, size);
  }

  async read(start: number, length: number): Promise<Buffer> {
    const end = Math.min(start + length, this.size);
    if (start >= end) return Buffer.alloc(0);
    if (start < this.windowStart || end > this.windowStart + this.window.length) {
      this.window = await this.fetch(start, Math.max(end, Math.min(start + windowBytes, this.size)));
      this.windowStart = start;
    }
    return this.window.subarray(start - this.windowStart, end - this.windowStart);
  }

  private async fetch(start: number, end: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const chunk of await this.blobs.open(this.sha256, { start, end: end - 1 })) {
      parts.push(chunk as Buffer);
    }
    return Buffer.concat(parts);
  }
}
