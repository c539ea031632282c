import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';
import type { ReadableBytes } from '../staging.js';
import { stagedChunks } from './staged-chunks.js';

const windowBytes = 64 * 1024;

/** Lets yauzl read a staged file; a zip's directory is read in many small steps, so a window of it is kept. */
export class StagedZipReader extends RandomAccessReader {
  private window: Buffer = Buffer.alloc(0);
  private windowStart = 0;

  constructor(private readonly file: ReadableBytes) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(stagedChunks(this.file, start, end), { objectMode: false });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.fill(position, length).then(
      (bytes) => callback(null, bytes.copy(buffer, offset)),
      (error: unknown) => callback(error as Error),
    );
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }

  private async fill(position: number, length: number): Promise<Buffer> {
    // An archive can name places that no file system counts to.
    if (position >= this.file.size) return Buffer.alloc(0);
    const isInside =
      position >= this.windowStart && position + length <= this.windowStart + this.window.length;
    if (!isInside) {
      this.window = await this.file.read(position, Math.max(length, windowBytes));
      this.windowStart = position;
    }
    return this.window.subarray(position - this.windowStart, position - this.windowStart + length);
  }
}
