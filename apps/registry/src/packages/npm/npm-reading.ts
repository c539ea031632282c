import { Clock, ClusterSecrets, Leadership } from '#kernel';
import { NpmKeys, PackageIndex, PackageStore, PullThrough, SignPackage } from '#packages';
import { Log } from '../../platform/server/log.js';
import { provide } from '../../platform/provide.js';
import { RotateKeys } from '../../platform/rotate-keys.job.js';
import { StoreSettings } from '../../platform/settings/store-settings.js';
import { NpmDocuments } from './npm-documents.js';
import { NpmRegistryController } from './npm-registry.controller.js';
import { NpmSearch } from './npm-search.js';
import { NpmController } from './npm.controller.js';
import { ServedFiles } from '../served-files.js';

/** What of the packages room answers npm's reads. */
export const npmReading = {
  controllers: [NpmController, NpmRegistryController],
  providers: [
    provide(NpmKeys, NpmKeys, [ClusterSecrets, Clock]),
    provide(SignPackage, SignPackage, [PackageStore, NpmKeys]),
    provide(NpmDocuments, NpmDocuments, [PackageIndex, PullThrough, SignPackage, StoreSettings, Clock, Log]),
    {
      provide: RotateKeys,
      inject: [NpmKeys, Leadership, Log],
      useFactory: (keys: NpmKeys, leadership: Leadership, log: Log) =>
        new RotateKeys('npm versions', keys, leadership, log),
    },
    provide(ServedFiles, ServedFiles, []),
    provide(NpmSearch, NpmSearch, [PackageIndex, Clock]),
  ],
};
