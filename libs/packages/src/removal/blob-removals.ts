/** What stands about a blob that nothing needed when it was looked at. */
export interface BlobRemoval {
  /**
   * `marked`: it goes once its time has come, unless something needs it by then. `removing`: no row can name it any more, and
   * its bytes may go at any moment. `removed`: they are gone, as far as that is known.
   */
  readonly state: 'marked' | 'removing' | 'removed';
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export interface RemovalsDue {
  readonly now: number;
  /** Those that were marked before. */
  readonly markedBefore: number;
  /** Those whose removal was begun before, by whoever did not end it. */
  readonly begunBefore: number;
  readonly most: number;
}

/**
 * Knows which blobs are on their way out. The rows that need a blob and the removal of it are told apart by transactions: from
 * `begin` on no row can name the blob, until somebody has kept it again and said so with `forget`.
 */
export abstract class BlobRemovals {
  /** What stands about each of them; of nearly all there is nothing. */
  abstract find(digests: readonly string[]): Promise<ReadonlyMap<string, BlobRemoval>>;
  /** Whether it stood as `found` until now; then nothing stands about it any more. */
  abstract forget(sha256: string, found: BlobRemoval): Promise<boolean>;
  /** Those that no row needs. */
  abstract unneeded(digests: readonly string[]): Promise<readonly string[]>;
  /** Marks those of which nothing stands yet and which no row needs; how many. */
  abstract mark(digests: readonly string[], now: number): Promise<number>;
  /** Begins to remove what is due, the same blob for one caller only; what is needed again is unmarked instead. */
  abstract begin(due: RemovalsDue): Promise<readonly string[]>;
  /** The bytes of those that `begin` handed out at `begunAt` are gone. */
  abstract end(digests: readonly string[], begunAt: number, now: number): Promise<void>;
  /** Forgets what was removed before. */
  abstract forgetRemoved(before: number): Promise<void>;
}
