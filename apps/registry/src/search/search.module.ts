import { Module } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { join } from 'node:path';
import { Visibility } from '#catalog';
import { Database, SqlIndexedPlugins } from '#database';
import { limits } from '#kernel';
import { CatchUpIndex, IndexedPlugins, SearchIndex } from '#search';
import { EmbeddedSearchIndex } from '#search-embedded';
import { Log } from '../platform/log.js';
import { provide } from '../platform/provide.js';
import { Readiness } from '../platform/readiness.js';
import { StoreSettings } from '../platform/store-settings.js';
import { IndexPlugins } from './index-plugins.job.js';
import { SearchController } from './search.controller.js';

/** Finding plugins, and keeping the index in step with the catalogue. */
@Module({
  controllers: [SearchController],
  providers: [
    {
      provide: SearchIndex,
      inject: [StoreSettings],
      useFactory: ({ values }: StoreSettings) =>
        EmbeddedSearchIndex.open({ folder: join(values.dataFolder, 'search') }),
    },
    provide(IndexedPlugins, SqlIndexedPlugins, [Database]),
    provide(CatchUpIndex, CatchUpIndex, [SearchIndex, IndexedPlugins]),
    provide(IndexPlugins, IndexPlugins, [CatchUpIndex, Log]),
    { provide: Visibility, useExisting: IndexPlugins },
  ],
  exports: [Visibility],
})
export class SearchModule implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly job: IndexPlugins,
    private readonly index: SearchIndex,
    private readonly database: Database,
    private readonly readiness: Readiness,
  ) {}

  onModuleInit(): void {
    const wish = (): void => this.job.wish();
    this.database.notices.subscribe('plugin', wish, wish);
    this.readiness.add('search-index', () =>
      this.job.hasCaughtUp ? null : 'The search index is catching up with the database.',
    );
    this.job.wish();
    // An index file can be lost or damaged with no commit to tell of it.
    this.timer = setInterval(() => {
      this.job.wish();
    }, limits.indexCheckMs).unref();
  }

  onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    return this.job.stop();
  }

  onApplicationShutdown(): Promise<void> {
    return this.index.close();
  }
}
