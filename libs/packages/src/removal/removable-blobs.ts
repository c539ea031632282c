import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '#kernel';
import { BlobStore } from '../blob-store.js';
import type { AddressedBlob, ByteRange } from '../blob-store.js';
import { blobBeingRemoved } from '../errors.js';
import type { StagedFile } from '../staging.js';
import type { BlobRemovals } from './blob-removals.js';

/**
 * A blob store from which blobs are removed that nothing needs. What is kept here is safe from that for the grace period at
 * least, and for good once a row names it.
 */
export class RemovableBlobs extends BlobStore {
  constructor(
    private readonly blobs: BlobStore,
    private readonly removals: BlobRemovals,
  ) {
    super();
  }

  /** Throws `blob-being-removed` besides, where just these bytes are on their way out and take long. */
  override async keep(file: StagedFile): Promise<void> {
    for (let attempt = 1; attempt <= limits.blobKeepAttempts; attempt += 1) {
      const found = (await this.removals.find([file.sha256])).get(file.sha256);
      if (found === undefined) return this.blobs.keep(file);
      if (found.state === 'marked') {
        await this.removals.forget(file.sha256, found);
        continue;
      }
      if (found.state === 'removing' && found.forMs < limits.blobRemovalOverMs) {
        await pause(limits.blobKeepAgainMs);
        continue;
      }
      // The bytes first: as long as the note stands, no row that was made without them can name them.
      await this.blobs.keep(file);
      if (await this.removals.forget(file.sha256, found)) return;
    }
    throw blobBeingRemoved();
  }

  override size(sha256: string): Promise<number | undefined> {
    return this.blobs.size(sha256);
  }

  override open(sha256: string, range?: ByteRange): Promise<Readable> {
    return this.blobs.open(sha256, range);
  }

  override remove(sha256: string, until?: number): Promise<void> {
    return this.blobs.remove(sha256, until);
  }

  override list(): AsyncIterable<string> {
    return this.blobs.list();
  }

  override address(sha256: string, as: AddressedBlob): Promise<string | null> {
    return this.blobs.address(sha256, as);
  }

  override placeOf(sha256: string): string {
    return this.blobs.placeOf(sha256);
  }

  override clearLeftovers(before: number, look?: 'look'): Promise<number> {
    return this.blobs.clearLeftovers(before, look);
  }

  override owner(claimant: string): Promise<string> {
    return this.blobs.owner(claimant);
  }
}
