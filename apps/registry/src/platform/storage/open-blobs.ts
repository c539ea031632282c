import { existsSync } from 'node:fs';
import { FileBlobStore } from '#blobs-files';
import { openS3BlobStore, parseS3Address } from '#blobs-s3';
import type { S3Report } from '#blobs-s3';
import type { BlobStore } from '#packages';
import { CannotStart } from '../cannot-start.js';
import type { Settings } from '../settings/config.js';

/** Where the settings say that blobs are kept. Throws `blob-store-refused`. */
export function openBlobs({ blobs }: Settings, report?: S3Report): Promise<BlobStore> {
  const location = parseS3Address(blobs);
  if (location === undefined) return FileBlobStore.open(blobs);
  return openS3BlobStore(location, report === undefined ? {} : { report });
}

/**
 * The same, to look at what is there while a store may be at work: makes and clears away nothing. Throws CannotStart where there
 * is no such folder though bytes are due in it, and `bucket-missing` besides.
 */
export async function openBlobsToRead({ blobs }: Settings, areDue = true): Promise<BlobStore> {
  const location = parseS3Address(blobs);
  if (location !== undefined) return openS3BlobStore(location, { look: true });
  if (!areDue || existsSync(blobs)) return FileBlobStore.openToRead(blobs);
  throw new CannotStart(
    `There is no folder ${blobs}, where the bytes should be: set MORTISE_BLOBS, or MORTISE_DATA, as the store has it, or bring the folder back from a backup.`,
    2,
  );
}
