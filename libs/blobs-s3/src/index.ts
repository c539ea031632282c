export { isS3Address, parseS3Address } from './s3-location.js';
export { openS3BlobStore } from './open-s3-blob-store.js';
export type { S3Report } from './s3-options.js';
