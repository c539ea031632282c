/** Bytes wherever they lie, to be read in any order. */
export interface ReadableBytes {
  /** SHA-256, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly size: number;
  /** The bytes from `start` on: `length` of them, or fewer where the file ends. */
  read(start: number, length: number): Promise<Buffer>;
}

/** Bytes that have arrived but belong to nothing yet. */
export interface StagedFile extends ReadableBytes {
  /** Small files stay in memory; larger ones lie on the local disk. Exactly one of the two is set. */
  readonly bytes: Buffer | null;
  readonly path: string | null;
  /** Lets go of the bytes; harmless when they were kept or let go of already. */
  discard(): Promise<void>;
}

/** Takes in uploads while they arrive, hashing them, so that none has to be held in memory whole. */
export abstract class Staging {
  /**
   * Reads the source to its end. Throws `artifact-too-large` as soon as more than `maxBytes` have come, and
   * `storage-full` when there is no room; whatever goes wrong, nothing is left behind.
   */
  abstract stage(
    source: AsyncIterable<Uint8Array>,
    options: { readonly maxBytes: number },
  ): Promise<StagedFile>;
}
