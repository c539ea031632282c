import { limits } from '#kernel';
import type { Clock } from '#kernel';
import type { BlobStore } from '../blob-store.js';
import type { BlobRemovals } from './blob-removals.js';
import { claimBlobs } from './claim-blobs.js';

export interface RemoveBlobsRequest {
  /** How long nothing must have needed a blob before it is removed. */
  readonly graceMs: number;
  /** Whether to say only what would be done. */
  readonly dryRun: boolean;
  /** Asked before each step; throws when somebody else has taken over. */
  readonly confirm?: () => Promise<void>;
}

export interface RemovedBlobs {
  /** That are kept. */
  blobs: number;
  /** That nothing needs, and their bytes. */
  unneeded: number;
  unneededBytes: number;
  /** Of these: newly marked, to be removed after the grace period. */
  marked: number;
  /** Removed now, or in a dry run: that would be. */
  removed: number;
  /** Pieces of uploads that were cut off, cleared away. */
  leftovers: number;
}

/**
 * Removes blobs that nothing needs, in two steps: what no row names is marked, and removed when it is still unneeded a grace
 * period later. Any number of processes may do so at once, beside any number that publish the same bytes: see
 * docs/adr/0015-how-blobs-are-removed.md.
 */
export class RemoveBlobs {
  constructor(
    private readonly blobs: BlobStore,
    private readonly removals: BlobRemovals,
    /** Whose the blobs are. */
    private readonly cluster: string,
    private readonly clock: Clock,
  ) {}

  /** Throws `blobs-of-another-store`, and `blob-store-unavailable` where it could not go on. */
  async run(request: RemoveBlobsRequest): Promise<RemovedBlobs> {
    const seen = { blobs: 0, unneeded: 0, unneededBytes: 0, marked: 0, removed: 0, leftovers: 0 };
    const confirm = request.confirm ?? (() => Promise.resolve());
    await claimBlobs(this.blobs, this.cluster);
    for await (const digests of this.batches()) {
      await confirm();
      await this.look(digests, request, seen);
    }
    await confirm();
    if (!request.dryRun) {
      await this.removeDue(request.graceMs, confirm, seen);
      await this.removals.forgetRemoved(limits.blobRemovalKeptMs);
    }
    const before = this.clock.now() - limits.leftoverMs;
    seen.leftovers = await this.blobs.clearLeftovers(before, request.dryRun ? 'look' : undefined);
    return seen;
  }

  private async *batches(): AsyncGenerator<readonly string[]> {
    let batch: string[] = [];
    for await (const sha256 of this.blobs.list()) {
      batch.push(sha256);
      if (batch.length < limits.blobsPerLook) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  private async look(
    digests: readonly string[],
    { graceMs, dryRun }: RemoveBlobsRequest,
    seen: RemovedBlobs,
  ): Promise<void> {
    seen.blobs += digests.length;
    const unneeded = await this.removals.unneeded(digests);
    if (unneeded.length === 0) return;
    seen.unneeded += unneeded.length;
    for (const sha256 of unneeded) seen.unneededBytes += (await this.blobs.size(sha256)) ?? 0;
    if (!dryRun) {
      seen.marked += await this.removals.mark(unneeded);
      return;
    }
    const known = await this.removals.find(unneeded);
    seen.marked += unneeded.length - known.size;
    seen.removed += [...known.values()].filter(({ forMs }) => forMs >= graceMs).length;
  }

  private async removeDue(graceMs: number, confirm: () => Promise<void>, seen: RemovedBlobs): Promise<void> {
    for (;;) {
      await confirm();
      // From before it is begun on, and by the clock that the removal itself is held against.
      const until = this.clock.now() + limits.blobRemovalMs;
      const begun = await this.removals.begin({
        markedForMs: graceMs,
        begunForMs: limits.blobRemovalOverMs,
        most: limits.blobsPerRemoval,
      });
      if (begun.digests.length === 0) return;
      for (const sha256 of begun.digests) await this.blobs.remove(sha256, until);
      await this.removals.end(begun);
      seen.removed += begun.digests.length;
    }
  }
}
