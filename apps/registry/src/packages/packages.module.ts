import { Module } from '@nestjs/common';
import { join } from 'node:path';
import { BlobStore, Staging } from '#packages';
import { FileBlobStore, FileStaging } from '#blobs-files';
import { StoreSettings } from '../platform/store-settings.js';

/** The bytes of packages: taken in, kept, and served. */
@Module({
  providers: [
    {
      provide: BlobStore,
      inject: [StoreSettings],
      useFactory: ({ values }: StoreSettings) => FileBlobStore.open(values.blobFolder),
    },
    {
      provide: Staging,
      inject: [StoreSettings],
      useFactory: ({ values }: StoreSettings) => FileStaging.open(join(values.dataFolder, 'staging')),
    },
  ],
  exports: [BlobStore, Staging],
})
export class PackagesModule {}
