/** What stands about a blob that nothing needed when it was looked at. */
export interface BlobRemoval {
  /**
   * `marked`: it goes once its time has come, unless something needs it by then. `removing`: no row can name it any more, and
   * its bytes may go at any moment. `removed`: they are gone, as far as that is known.
   */
  readonly state: 'marked' | 'removing' | 'removed';
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** How long it has stood so. */
  readonly forMs: number;
}

export interface RemovalsDue {
  /** Those that have been marked for so long. */
  readonly markedForMs: number;
  /** Those whose removal was begun so long ago, by whoever did not end it. */
  readonly begunForMs: number;
  readonly most: number;
}

export interface BegunRemoval {
  readonly digests: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Knows which blobs are on their way out. The rows that need a blob and the removal of it are told apart by transactions: from
 * `begin` on no row can name the blob, until somebody has kept it again and said so with `forget`. All times are by one clock,
 * the same for all processes, whose own may differ.
 */
export abstract class BlobRemovals {
  /** What stands about each of them; of nearly all there is nothing. */
  abstract find(digests: readonly string[]): Promise<ReadonlyMap<string, BlobRemoval>>;
  /** Whether it stood as `found` until now; then nothing stands about it any more. */
  abstract forget(sha256: string, found: BlobRemoval): Promise<boolean>;
  /** Those that no row needs. */
  abstract unneeded(digests: readonly string[]): Promise<readonly string[]>;
  /** Marks those of which nothing stands yet and which no row needs; how many. */
  abstract mark(digests: readonly string[]): Promise<number>;
  /** Begins to remove what is due, the same blob for one caller only; what is needed again is unmarked instead. */
  abstract begin(due: RemovalsDue): Promise<BegunRemoval>;
  /** The bytes of those that `begin` handed out are gone. */
  abstract end(begun: BegunRemoval): Promise<void>;
  /** Forgets what has been removed for so long. */
  abstract forgetRemoved(forMs: number): Promise<void>;
}
