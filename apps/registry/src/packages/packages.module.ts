import { Module } from '@nestjs/common';
import { AccountStore } from '#access';
import { PackageSource } from '#catalog';
import { Clock } from '#kernel';
import {
  Database,
  SqlArtifactHoldings,
  SqlPackageIndex,
  SqlPackageOwners,
  SqlPackageStore,
  SqlPackageUpkeep,
  SqlDownloadLog,
} from '#database';
import { AccessModule } from '../access/access.module.js';
import { PackageOwnerController } from './package-owner.controller.js';
import { Uploaders } from './uploaders.js';
import { UpstreamPackageSource } from './upstream/upstream-package-source.js';
import {
  ArtifactHoldings,
  BlobStore,
  ChangeNpmPackage,
  DownloadCounter,
  DownloadLog,
  FreeNames,
  GrantPackageName,
  NameClaims,
  OpenArtifact,
  PackageIndex,
  PackageOwners,
  PackageRights,
  PackageStore,
  PackageUpkeep,
  PointDistTag,
  PullThrough,
  RemoveDistTag,
  Staging,
  UploadPackage,
  UpstreamPackages,
} from '#packages';
import { Log } from '../platform/server/log.js';
import { provide } from '../platform/provide.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { ArtifactController } from './artifact.controller.js';
import { BlobsModule } from './blobs.module.js';
import { HotBlobs } from './hot-blobs.js';
import { ReadNpmRequest } from './npm/read-npm-request.js';
import { SendBlob } from './send-blob.js';
import { NpmAccessController } from './npm/npm-access.controller.js';
import { NpmPackageController } from './npm/npm-package.controller.js';
import { WriteDownloads } from './write-downloads.job.js';
import { npmReading } from './npm/npm-reading.js';
import { NpmSearch } from './npm/npm-search.js';
import { ServedFiles } from './served-files.js';
import { NpmPublishController } from './npm/npm-publish.controller.js';
import { pythonListSubject } from './python/python-index.controller.js';
import { PythonNames } from './python/python-names.js';
import { simpleForms } from './python/simple-form.js';
import { DocumentCache } from '../platform/answers/document-cache.js';
import { pythonIndex } from './python/python-index.js';
import { pulling } from './upstream/pulling.js';
import { UpstreamModule } from './upstream.module.js';

/** The bytes of packages: taken in, kept, and served. */
@Module({
  imports: [AccessModule, BlobsModule, UpstreamModule],
  controllers: [
    ArtifactController,
    ...npmReading.controllers,
    PackageOwnerController,
    NpmPublishController,
    NpmAccessController,
    NpmPackageController,
    ...pythonIndex.controllers,
  ],
  providers: [
    provide(ArtifactHoldings, SqlArtifactHoldings, [Database]),
    provide(PackageIndex, SqlPackageIndex, [Database]),
    provide(PackageStore, SqlPackageStore, [Database]),
    ...pulling,
    provide(PackageOwners, SqlPackageOwners, [Database]),
    provide(GrantPackageName, GrantPackageName, [PackageOwners, Clock]),
    provide(FreeNames, FreeNames, [PackageIndex, PackageStore, NameClaims]),
    provide(UploadPackage, UploadPackage, [PackageIndex, PackageStore, FreeNames, BlobStore, Clock]),
    provide(PackageSource, UpstreamPackageSource, [UpstreamPackages, PullThrough, FreeNames]),
    provide(PackageUpkeep, SqlPackageUpkeep, [Database]),
    provide(PackageRights, PackageRights, [PackageIndex, PackageStore]),
    provide(ChangeNpmPackage, ChangeNpmPackage, [PackageRights, PackageUpkeep, Clock]),
    provide(PointDistTag, PointDistTag, [PackageRights, PackageUpkeep, Clock]),
    provide(RemoveDistTag, RemoveDistTag, [PackageRights, PackageUpkeep, Clock]),
    provide(ReadNpmRequest, ReadNpmRequest, [Staging]),
    provide(Uploaders, Uploaders, [AccountStore]),
    provide(OpenArtifact, OpenArtifact, [ArtifactHoldings]),
    {
      provide: HotBlobs,
      inject: [BlobStore, Log],
      useFactory: (blobs: BlobStore, log: Log) => new HotBlobs(blobs, log),
    },
    provide(DownloadLog, SqlDownloadLog, [Database]),
    provide(DownloadCounter, DownloadCounter, [DownloadLog, Clock]),
    provide(WriteDownloads, WriteDownloads, [DownloadCounter, Log]),
    {
      provide: SendBlob,
      inject: [BlobStore, HotBlobs, DownloadCounter, StoreSettings],
      useFactory: (blobs: BlobStore, hot: HotBlobs, downloads: DownloadCounter, { values }: StoreSettings) =>
        new SendBlob(blobs, hot, downloads, values.downloads === 'redirect'),
    },
    ...npmReading.providers,
    ...pythonIndex.providers,
  ],
  exports: [BlobsModule, PackageSource, PullThrough, SendBlob, UpstreamPackages],
})
export class PackagesModule {
  constructor(
    database: Database,
    documents: DocumentCache,
    files: ServedFiles,
    search: NpmSearch,
    pythonNames: PythonNames,
  ) {
    const forgetPythonNames = (): void => {
      pythonNames.forget();
      for (const form of simpleForms) documents.forget(pythonListSubject(form));
    };
    database.notices.subscribe(
      'package',
      (name) => {
        files.forget(name);
        search.forget(name);
        if (name.startsWith('python:')) forgetPythonNames();
      },
      () => {
        files.forgetAll();
        search.forgetAll();
        forgetPythonNames();
      },
    );
  }
}
