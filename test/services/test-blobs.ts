import { describe } from '@jest/globals';
import { sha256Hex } from '#kernel';
import { s3Address } from './s3-server.js';

/** The S3 service on which tests keep their blobs; undefined where they keep them in folders. */
export const testS3 = process.env.TEST_S3;

export const testBucket = 'mortise-tests';

/** Where the blobs of a test's data folder are, unless they lie in it. */
export const blobSetting = (folder: string): { MORTISE_BLOBS?: string } =>
  testS3 === undefined ? {} : { MORTISE_BLOBS: s3Address(testS3, testBucket, { prefix: prefixOf(folder) }) };

const prefixOf = (folder: string): string => sha256Hex(folder).slice(0, 32);

/** For what only S3 does: passed over where `npm run test:services` has started none. */
export const describeOnS3 = testS3 === undefined ? describe.skip : describe;
