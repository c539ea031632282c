import { Module } from '@nestjs/common';
import {
  PackageShelf,
  PluginCatalog,
  PublishPolicy,
  PublishRelease,
  ReleaseStore,
  Visibility,
} from '#catalog';
import { Database, SqlPackageShelf, SqlPluginCatalog, SqlReleaseStore } from '#database';
import { Clock } from '#kernel';
import { PackagesModule } from '../packages/packages.module.js';
import { provide } from '../platform/provide.js';
import { StoreSettings } from '../platform/store-settings.js';
import { PluginsController } from './plugins.controller.js';
import { PublishController } from './publish.controller.js';
import { VisiblePlugins } from './visible-plugins.js';

/** Plugins and their releases. */
@Module({
  imports: [PackagesModule],
  controllers: [PublishController, PluginsController],
  providers: [
    provide(ReleaseStore, SqlReleaseStore, [Database]),
    provide(PluginCatalog, SqlPluginCatalog, [Database]),
    provide(VisiblePlugins, VisiblePlugins, [PluginCatalog]),
    provide(PackageShelf, SqlPackageShelf, [Database]),
    {
      provide: PublishPolicy,
      inject: [StoreSettings],
      useFactory: ({ values }: StoreSettings) => new PublishPolicy(values.review === 'required'),
    },
    { provide: Visibility, useValue: { reached: () => Promise.resolve() } satisfies Visibility },
    provide(PublishRelease, PublishRelease, [ReleaseStore, PackageShelf, Visibility, Clock, PublishPolicy]),
  ],
  exports: [ReleaseStore],
})
export class CatalogModule {}
