import type { Readable } from 'node:stream';
import type { StagedFile } from './staging.js';

export interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/** Headers that a blob comes with where it is fetched by an address of its own. */
export interface AddressedBlob {
  readonly contentType: string;
  /** As `Content-Disposition` has it. */
  readonly disposition: string;
  readonly cacheControl: string;
}

/** Keeps bytes by their digest. What `keep` has acknowledged survives a crash of the machine. */
export abstract class BlobStore {
  /**
   * Durable when it returns. Keeping bytes that are there already changes nothing, and any number of callers may
   * keep the same bytes at once. A blob is never seen in part. Leaves the staged file as it is.
   * Throws `storage-full` when there is no room, and `blob-store-unavailable`.
   */
  abstract keep(file: StagedFile): Promise<void>;
  /** The size in bytes, or undefined when there is no such blob. Throws `blob-store-unavailable`. */
  abstract size(sha256: string): Promise<number | undefined>;
  /**
   * Throws `blob-missing` when there is no such blob, and `blob-store-unavailable` when nobody can say. What is being read
   * stays whole while others remove it.
   */
  abstract open(sha256: string, range?: ByteRange): Promise<Readable>;
  /**
   * Harmless when there is no such blob. After `until` (milliseconds since the epoch) nothing is removed any more, whatever
   * was asleep on the way meanwhile. Throws `blob-store-unavailable` where it may or may not have been removed.
   */
  abstract remove(sha256: string, until?: number): Promise<void>;
  /** Every digest that is kept, in no order. Throws `blob-store-unavailable`. */
  abstract list(): AsyncIterable<string>;
  /**
   * An address under which anybody gets the blob for some minutes, HEAD and ranges as well, without the store; null where
   * there is no such way. Whether the blob is there need not be looked at. Throws `blob-store-unavailable` where such an
   * address would be refused, and `blob-missing`.
   */
  abstract address(sha256: string, as: AddressedBlob): Promise<string | null>;
  /** Where somebody who runs the store finds the blob: a path, or an address. */
  abstract placeOf(sha256: string): string;
  /**
   * Clears away what processes that died had not finished keeping, none of it younger than `before` (milliseconds since
   * the epoch) unless its process is known to be dead; how many pieces of it there were. With `look` they stay.
   */
  abstract clearLeftovers(before: number, look?: 'look'): Promise<number>;
  /** Whose blobs these are: the claimant's, unless somebody else has claimed them before. */
  abstract owner(claimant: string): Promise<string>;
}
