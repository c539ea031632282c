import { Global, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { Clock, Leadership } from '#kernel';
import { Database, DatabaseLock, SqlLeadership } from '#database';
import { AnsweringDatabaseGuard } from './callers/answering-database.guard.js';
import { bodyPipe } from './requests/body.js';
import type { Settings } from './settings/config.js';
import { countDatabaseFailures } from './storage/count-failures.js';
import { lockData, openDatabase } from './storage/open-database.js';
import { DocumentCache } from './answers/document-cache.js';
import { HealthController } from './server/health.controller.js';
import { InFlight } from './server/in-flight.js';
import { Log } from './server/log.js';
import { ContractController } from './pages/contract.controller.js';
import { PagesController } from './pages/pages.controller.js';
import { MetricsController } from './server/metrics.controller.js';
import { Metrics } from './server/metrics.js';
import { ProblemFilter } from './answers/problem.filter.js';
import { provide } from './provide.js';
import { Readiness } from './server/readiness.js';
import { RouteTable } from './server/route-table.js';
import { StoreSettings } from './settings/store-settings.js';
import { SystemClock } from './system-clock.js';
import { WorkerGuard } from './server/worker.guard.js';

/** What every room of the server stands on. */
@Global()
@Module({})
export class PlatformModule implements OnModuleDestroy, OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly lock: DatabaseLock,
    private readonly leadership: SqlLeadership,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {
    metrics.gauge(
      'mortise_write_queue_depth',
      'Writes to the database that run or wait for their turn.',
      () => database.writesUnderWay,
    );
    metrics.gauge(
      'mortise_leases_held',
      'What this process alone does for all replicas, e.g. rebuilding a search index.',
      () => leadership.names.length,
    );
  }

  static with(settings: Settings, log: Log): DynamicModule {
    return {
      module: PlatformModule,
      controllers: [HealthController, MetricsController, ContractController, PagesController],
      providers: [
        { provide: StoreSettings, useValue: new StoreSettings(settings) },
        { provide: Log, useValue: log },
        { provide: Clock, useClass: SystemClock },
        { provide: DatabaseLock, useFactory: () => lockData(settings) },
        {
          provide: Database,
          inject: [DatabaseLock, Readiness, Log, Metrics],
          useFactory: (_lock: DatabaseLock, readiness: Readiness, to: Log, metrics: Metrics) =>
            openDatabase(settings.database, readiness, countDatabaseFailures(to, metrics)),
        },
        provide(SqlLeadership, SqlLeadership, [Database]),
        { provide: Leadership, useExisting: SqlLeadership },
        { provide: DocumentCache, inject: [Database, Clock], useFactory: makeDocumentCache },
        provide(Readiness, Readiness, []),
        provide(Metrics, Metrics, []),
        provide(InFlight, InFlight, []),
        provide(RouteTable, RouteTable, []),
        { provide: APP_FILTER, useFactory: makeFilter, inject: [Log, RouteTable] },
        ...(settings.role === 'work' ? [{ provide: APP_GUARD, useClass: WorkerGuard }] : []),
        {
          provide: APP_GUARD,
          useFactory: (database: Database) => new AnsweringDatabaseGuard(database),
          inject: [Database],
        },
        { provide: APP_PIPE, useValue: bodyPipe },
      ],
      exports: [
        StoreSettings,
        Log,
        Clock,
        Database,
        Leadership,
        DocumentCache,
        Readiness,
        Metrics,
        InFlight,
        RouteTable,
      ],
    };
  }

  onModuleDestroy(): void {
    this.leadership.stop();
  }

  /** The last to go: by now no request is under way and every job of the rooms has ended. */
  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
    this.lock.release();
    this.metrics.close();
    this.log.flush();
  }
}

const makeFilter = (log: Log, routes: RouteTable): ProblemFilter => new ProblemFilter(log, routes);

function makeDocumentCache(database: Database, clock: Clock): DocumentCache {
  const documents = new DocumentCache(clock);
  const forgetAll = (): void => documents.forgetAll();
  database.notices.subscribe('plugin', (plugin) => documents.forget(plugin), forgetAll);
  database.notices.subscribe('package', (name) => documents.forget(name), forgetAll);
  database.notices.subscribe('publisher', (publisher) => documents.forgetPublisher(publisher), forgetAll);
  return documents;
}
