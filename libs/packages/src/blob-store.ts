import type { Readable } from 'node:stream';
import type { StagedFile } from './staging.js';

export interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/** Keeps bytes by their digest. What `keep` has acknowledged survives a crash of the machine. */
export abstract class BlobStore {
  /**
   * Durable when it returns. Keeping bytes that are there already changes nothing, and any number of callers may
   * keep the same bytes at once. A blob is never seen in part. Leaves the staged file as it is.
   * Throws `storage-full` when there is no room.
   */
  abstract keep(file: StagedFile): Promise<void>;
  /** The size in bytes, or undefined when there is no such blob. */
  abstract size(sha256: string): Promise<number | undefined>;
  /** Throws `blob-missing` when there is no such blob. What is being read stays whole while others remove it. */
  abstract open(sha256: string, range?: ByteRange): Promise<Readable>;
  /** Harmless when there is no such blob. */
  abstract remove(sha256: string): Promise<void>;
  /** Every digest that is kept, in no order. */
  abstract list(): AsyncIterable<string>;
}
