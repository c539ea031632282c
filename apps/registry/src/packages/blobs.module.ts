import { Module } from '@nestjs/common';
import { join } from 'node:path';
import { FileStaging, FileUnpackedTarballs } from '#blobs-files';
import { Database, SqlBlobRemovals } from '#database';
import { Clock, Leadership, RegistryError } from '#kernel';
import {
  BlobRemovals,
  BlobStore,
  claimBlobs,
  RemovableBlobs,
  RemoveBlobs,
  Staging,
  UnpackedTarballs,
} from '#packages';
import { Log } from '../platform/server/log.js';
import { Metrics } from '../platform/server/metrics.js';
import { countS3Failures } from '../platform/storage/count-failures.js';
import { openBlobs } from '../platform/storage/open-blobs.js';
import { provide } from '../platform/provide.js';
import { SessionSecrets } from '../platform/callers/session-secrets.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { RemoveUnneededBlobs } from './remove-unneeded-blobs.job.js';

/**
 * Where bytes lie: those that are kept, for all processes of the store; uploads under way and unpacked front ends, for this
 * one alone, which can make the latter again from the former at any time.
 */
@Module({
  providers: [
    provide(BlobRemovals, SqlBlobRemovals, [Database]),
    {
      provide: BlobStore,
      inject: [StoreSettings, SessionSecrets, BlobRemovals, Log, Metrics],
      useFactory: makeBlobs,
    },
    {
      provide: Staging,
      inject: [StoreSettings],
      useFactory: ({ values }: StoreSettings) => FileStaging.open(join(values.dataFolder, 'staging')),
    },
    {
      provide: UnpackedTarballs,
      inject: [StoreSettings, BlobStore],
      useFactory: ({ values }: StoreSettings, blobs: BlobStore) =>
        FileUnpackedTarballs.open(join(values.dataFolder, 'web'), blobs),
    },
    {
      provide: RemoveBlobs,
      inject: [BlobStore, BlobRemovals, SessionSecrets, Clock],
      useFactory: (blobs: BlobStore, removals: BlobRemovals, { clusterId }: SessionSecrets, clock: Clock) =>
        new RemoveBlobs(blobs, removals, clusterId, clock),
    },
    provide(RemoveUnneededBlobs, RemoveUnneededBlobs, [RemoveBlobs, Leadership, StoreSettings, Metrics, Log]),
  ],
  exports: [BlobStore, Staging, UnpackedTarballs],
})
export class BlobsModule {}

async function makeBlobs(
  { values }: StoreSettings,
  { clusterId }: SessionSecrets,
  removals: BlobRemovals,
  log: Log,
  metrics: Metrics,
): Promise<BlobStore> {
  const blobs = await openBlobs(values, countS3Failures(log, metrics));
  await claimBlobs(blobs, clusterId).catch((error: unknown) => {
    if (!(error instanceof RegistryError) || error.kind === 'conflict') throw error;
    // It serves all else while S3 is away or the disk is full; before anything is removed it is asked again.
    log.warn({ error }, 'nobody could say whether the kept bytes are those of this store');
  });
  return new RemovableBlobs(blobs, removals);
}
