import type { Readable } from 'node:stream';

/** Bytes that have arrived but belong to nothing yet. */
export interface StagedFile {
  /** SHA-256, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly size: number;
  /** Small files stay in memory; larger ones lie on the local disk. Exactly one of the two is set. */
  readonly bytes: Buffer | null;
  readonly path: string | null;
  /** Lets go of the bytes; harmless when they were kept or let go of already. */
  discard(): Promise<void>;
}

export interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/** Keeps bytes by their digest. What `keep` has acknowledged survives a crash of the machine. */
export abstract class BlobStore {
  /** Durable when it returns. Keeping bytes that are there already changes nothing. */
  abstract keep(file: StagedFile): Promise<void>;
  /** The size in bytes, or undefined when there is no such blob. */
  abstract size(sha256: string): Promise<number | undefined>;
  /** Throws `blob-missing` when there is no such blob. */
  abstract open(sha256: string, range?: ByteRange): Promise<Readable>;
  abstract remove(sha256: string): Promise<void>;
  /** Every digest that is kept, in no order. */
  abstract list(): AsyncIterable<string>;
}
