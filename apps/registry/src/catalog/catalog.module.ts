import { Module } from '@nestjs/common';
import {
  ChannelStore,
  DeprecateRelease,
  ImportDescriptors,
  MoveChannel,
  PackageShelf,
  PluginCatalog,
  PluginDownloads,
  PublishPolicy,
  PublishRelease,
  ReleaseStore,
  StandingStore,
  Visibility,
  YankRelease,
} from '#catalog';
import {
  Database,
  SqlChannelStore,
  SqlPackageShelf,
  SqlPluginCatalog,
  SqlPluginDownloads,
  SqlReleaseStore,
  SqlStandingStore,
} from '#database';
import { Clock } from '#kernel';
import { PackagesModule } from '../packages/packages.module.js';
import { provide } from '../platform/provide.js';
import { SearchModule } from '../search/search.module.js';
import { StoreSettings } from '../platform/store-settings.js';
import { ChangesController } from './changes.controller.js';
import { ChannelsController } from './channels.controller.js';
import { DownloadsController } from './downloads.controller.js';
import { PluginsController } from './plugins.controller.js';
import { PublishController } from './publish.controller.js';
import { WithdrawalController } from './withdrawal.controller.js';
import { VisiblePlugins } from './visible-plugins.js';
import { ImportController } from './import.controller.js';
import { ValidateController } from './validate.controller.js';

/** Plugins and their releases. */
@Module({
  imports: [PackagesModule, SearchModule],
  controllers: [
    PluginsController,
    ChannelsController,
    DownloadsController,
    WithdrawalController,
    ChangesController,
    PublishController,
    ImportController,
    ValidateController,
  ],
  providers: [
    provide(ReleaseStore, SqlReleaseStore, [Database]),
    provide(PluginCatalog, SqlPluginCatalog, [Database]),
    provide(PluginDownloads, SqlPluginDownloads, [Database]),
    provide(VisiblePlugins, VisiblePlugins, [PluginCatalog]),
    provide(StandingStore, SqlStandingStore, [Database]),
    provide(ChannelStore, SqlChannelStore, [Database]),
    provide(YankRelease, YankRelease, [StandingStore, Clock]),
    provide(DeprecateRelease, DeprecateRelease, [StandingStore, Clock]),
    provide(MoveChannel, MoveChannel, [ChannelStore, Clock]),
    provide(PackageShelf, SqlPackageShelf, [Database]),
    {
      provide: PublishPolicy,
      inject: [StoreSettings],
      useFactory: ({ values }: StoreSettings) => new PublishPolicy(values.review === 'required'),
    },
    provide(PublishRelease, PublishRelease, [ReleaseStore, PackageShelf, Visibility, Clock, PublishPolicy]),
    provide(ImportDescriptors, ImportDescriptors, [ReleaseStore, PublishRelease, MoveChannel]),
  ],
  exports: [ReleaseStore, PublishRelease, ImportDescriptors, MoveChannel, DeprecateRelease],
})
export class CatalogModule {}
