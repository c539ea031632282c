import type { BlobStore } from '#packages';
import type { S3Options } from './s3-options.js';
import type { S3Location } from './s3-location.js';

/**
 * The blobs at `location`; makes the bucket where it is missing. A service that doesn't answer is no reason not to open: it
 * is asked again by whoever needs it. Throws `blob-store-refused` where it answers, and lets nobody in, and `bucket-missing`
 * where it is only to be looked at.
 */
export async function openS3BlobStore(location: S3Location, options: S3Options = {}): Promise<BlobStore> {
  // Only who keeps blobs on S3 pays for loading what talks to it.
  const { S3BlobStore } = await import('./s3-blob-store.js');
  return S3BlobStore.open(location, options);
}
