import { Module } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { Visibility } from '#catalog';
import { Database, SqlIndexedPlugins } from '#database';
import { Leadership, limits } from '#kernel';
import { CatchUpIndex, IndexedPlugins, MendIndex, SearchIndex } from '#search';
import { Log } from '../platform/server/log.js';
import { Metrics } from '../platform/server/metrics.js';
import { openIndex, openKeptIndex } from '../platform/storage/open-index.js';
import { provide } from '../platform/provide.js';
import { Readiness } from '../platform/server/readiness.js';
import { SessionSecrets } from '../platform/callers/session-secrets.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { CheckIndex } from './check-index.job.js';
import { IndexPlugins } from './index-plugins.job.js';
import { SearchController } from './search.controller.js';

/** Finding plugins, and keeping the index in step with the catalogue. */
@Module({
  controllers: [SearchController],
  providers: [
    {
      provide: SearchIndex,
      inject: [StoreSettings, SessionSecrets],
      useFactory: ({ values }: StoreSettings, { clusterId }: SessionSecrets) => openIndex(values, clusterId),
    },
    provide(IndexedPlugins, SqlIndexedPlugins, [Database]),
    provide(CatchUpIndex, CatchUpIndex, [SearchIndex, IndexedPlugins]),
    { provide: IndexPlugins, inject: [CatchUpIndex, Log, StoreSettings], useFactory: makeIndexPlugins },
    provide(MendIndex, MendIndex, [SearchIndex, IndexedPlugins]),
    {
      provide: CheckIndex,
      inject: [Leadership, StoreSettings, SessionSecrets, IndexedPlugins, MendIndex, Log],
      useFactory: makeCheckIndex,
    },
    { provide: Visibility, useExisting: IndexPlugins },
  ],
  exports: [Visibility],
})
export class SearchModule implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly job: IndexPlugins,
    private readonly check: CheckIndex,
    private readonly index: SearchIndex,
    private readonly database: Database,
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.database.notices.subscribe(
      'plugin',
      (plugin) => this.job.wish(plugin),
      () => this.job.wish(),
    );
    // A store whose search is away serves all the rest: only an index that is still being made is waited for.
    this.readiness.add('search-index', () =>
      this.job.isCatchingUp ? 'The search index is catching up with the database.' : null,
    );
    this.metrics.gauge(
      'mortise_search_in_step',
      '1 while the search index has every change that this process knows of.',
      () => Number(this.job.isInStep),
    );
    this.metrics.gauge(
      'mortise_search_drifted_plugins',
      'Plugins of which the search index had something else than the database when they were last compared.',
      () => this.check.drifted,
    );
    this.job.wish();
    // An index file can be lost or damaged with no commit to tell of it.
    this.timer = setInterval(() => {
      this.job.wish();
    }, limits.indexCheckMs).unref();
    this.check.start();
  }

  onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.check.stop();
    return this.job.stop();
  }

  onApplicationShutdown(): Promise<void> {
    return this.index.close();
  }
}

function makeIndexPlugins(catchUp: CatchUpIndex, log: Log, { values }: StoreSettings): IndexPlugins {
  return new IndexPlugins(catchUp, log, values.search !== 'embedded');
}

function makeCheckIndex(
  leadership: Leadership,
  { values }: StoreSettings,
  { clusterId }: SessionSecrets,
  plugins: IndexedPlugins,
  mend: MendIndex,
  log: Log,
): CheckIndex {
  return new CheckIndex(leadership, () => openKeptIndex(values, async () => clusterId), plugins, mend, log);
}
