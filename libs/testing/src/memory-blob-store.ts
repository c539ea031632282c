import { Readable } from 'node:stream';
import { BlobStore, blobMissing } from '#packages';
import type { ByteRange, StagedFile } from '#packages';

/** Blobs in memory. What is planted may have other bytes than its digest says. */
export class MemoryBlobStore extends BlobStore {
  /** How often a blob was opened. */
  opened = 0;
  private claimedBy: string | undefined;
  private readonly kept = new Map<string, Buffer>();

  plant(sha256: string, bytes: Buffer): this {
    this.kept.set(sha256, bytes);
    return this;
  }

  override async keep(file: StagedFile): Promise<void> {
    this.kept.set(file.sha256, Buffer.from(await file.read(0, file.size)));
  }

  override size(sha256: string): Promise<number | undefined> {
    return Promise.resolve(this.kept.get(sha256)?.length);
  }

  override open(sha256: string, range?: ByteRange): Promise<Readable> {
    const bytes = this.kept.get(sha256);
    if (bytes === undefined) return Promise.reject(blobMissing(sha256));
    this.opened += 1;
    return Promise.resolve(Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes]));
  }

  override remove(sha256: string, until = Infinity): Promise<void> {
    if (Date.now() >= until) return Promise.reject(new Error('The time to remove the blob is over.'));
    this.kept.delete(sha256);
    return Promise.resolve();
  }

  override async *list(): AsyncIterable<string> {
    yield* [...this.kept.keys()];
  }

  override address(): Promise<null> {
    return Promise.resolve(null);
  }

  override placeOf(sha256: string): string {
    return `memory/${sha256}`;
  }

  override clearLeftovers(): Promise<number> {
    return Promise.resolve(0);
  }

  override owner(claimant: string): Promise<string> {
    return Promise.resolve((this.claimedBy ??= claimant));
  }
}
