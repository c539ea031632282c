import { Module } from '@nestjs/common';
import { Database, SqlHostStore, SqlInstallationStore, SqlKeyStore, SqlInstallableReleases } from '#database';
import {
  FrontendReleases,
  HostStore,
  InstallationStore,
  InstallPlugin,
  KeyStore,
  ManifestKeys,
  MoveInstallation,
  OpenFrontend,
  InstallableReleases,
} from '#install';
import { Clock, ClusterSecrets, Leadership } from '#kernel';
import type { PluginId } from '#kernel';
import { PackagesModule } from '../packages/packages.module.js';
import { Log } from '../platform/server/log.js';
import { provide } from '../platform/provide.js';
import { RotateKeys } from '../platform/rotate-keys.job.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { FrontendController } from './frontend.controller.js';
import { HostsController } from './hosts.controller.js';
import { InstallationsController } from './installations.controller.js';
import { KeysController } from './keys.controller.js';
import { ManifestController } from './manifest.controller.js';
import { ManifestDocuments } from './manifest-documents.js';
import { OauthController } from './oauth.controller.js';
import { PluginKeys } from './plugin-keys.js';
import { ReportsController } from './reports.controller.js';
import { UpdatesController } from './updates.controller.js';

/** Manifests, and the hosts that install from them. */
@Module({
  imports: [PackagesModule],
  controllers: [
    UpdatesController,
    HostsController,
    InstallationsController,
    ReportsController,
    OauthController,
    ManifestController,
    FrontendController,
    KeysController,
  ],
  providers: [
    provide(HostStore, SqlHostStore, [Database]),
    provide(InstallationStore, SqlInstallationStore, [Database]),
    provide(KeyStore, SqlKeyStore, [Database]),
    provide(InstallableReleases, SqlInstallableReleases, [Database]),
    provide(ManifestKeys, ManifestKeys, [ClusterSecrets, Clock]),
    provide(InstallPlugin, InstallPlugin, [
      InstallableReleases,
      InstallationStore,
      HostStore,
      MoveInstallation,
      Clock,
    ]),
    provide(MoveInstallation, MoveInstallation, [InstallableReleases, InstallationStore, HostStore, Clock]),
    { provide: FrontendReleases, inject: [InstallableReleases, Database], useFactory: makeFrontendReleases },
    provide(OpenFrontend, OpenFrontend, [FrontendReleases]),
    provide(ManifestDocuments, ManifestDocuments, [InstallableReleases, ManifestKeys, StoreSettings, Clock]),
    {
      provide: RotateKeys,
      inject: [ManifestKeys, Leadership, Log],
      useFactory: (keys: ManifestKeys, leadership: Leadership, log: Log) =>
        new RotateKeys('manifests', keys, leadership, log),
    },
    { provide: PluginKeys, inject: [KeyStore, Database], useFactory: makePluginKeys },
  ],
})
export class InstallModule {}

function makePluginKeys(keys: KeyStore, database: Database): PluginKeys {
  const pluginKeys = new PluginKeys(keys);
  database.notices.subscribe(
    'credential',
    (sha256) => pluginKeys.forget(sha256),
    () => pluginKeys.forgetAll(),
  );
  return pluginKeys;
}

function makeFrontendReleases(source: InstallableReleases, database: Database): FrontendReleases {
  const releases = new FrontendReleases(source);
  const forgetAll = (): void => releases.forgetAll();
  database.notices.subscribe('plugin', (plugin) => releases.forget(plugin as PluginId), forgetAll);
  database.notices.subscribe('publisher', (publisher) => releases.forgetPublisher(publisher), forgetAll);
  return releases;
}
