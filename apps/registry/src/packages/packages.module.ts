import { Module } from '@nestjs/common';
import { join } from 'node:path';
import { FileBlobStore, FileStaging } from '#blobs-files';
import { Database, SqlArtifactHoldings } from '#database';
import { ArtifactHoldings, BlobStore, OpenArtifact, Staging } from '#packages';
import { provide } from '../platform/provide.js';
import { StoreSettings } from '../platform/store-settings.js';
import { ArtifactController } from './artifact.controller.js';

/** The bytes of packages: taken in, kept, and served. */
@Module({
  controllers: [ArtifactController],
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
    provide(ArtifactHoldings, SqlArtifactHoldings, [Database]),
    provide(OpenArtifact, OpenArtifact, [ArtifactHoldings]),
  ],
  exports: [BlobStore, Staging],
})
export class PackagesModule {}
