import type { BlobStore } from '../blob-store.js';
import { blobsOfAnother } from '../errors.js';

/**
 * Makes sure that the bytes are those of the store `cluster`, which nobody has claimed before or it has itself: whatever no
 * row of a store needs, it removes. Throws `blobs-of-another-store`, and `blob-store-unavailable`.
 */
export async function claimBlobs(blobs: BlobStore, cluster: string): Promise<void> {
  if ((await blobs.owner(cluster)) !== cluster) throw blobsOfAnother();
}
