import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Clock } from '#kernel';
import type { PluginId } from '#kernel';
import { Database } from '#database';
import { bodyPipe } from './body.js';
import type { Settings } from './config.js';
import { DocumentCache } from './document-cache.js';
import { openLog, Log } from './log.js';
import { ProblemFilter } from './problem.filter.js';
import { QueryGuard } from './query.guard.js';
import { StoreSettings } from './store-settings.js';
import { SystemClock } from './system-clock.js';

/** What every room of the server stands on. */
@Global()
@Module({})
export class PlatformModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: PlatformModule,
      providers: [
        { provide: StoreSettings, useValue: new StoreSettings(settings) },
        { provide: Log, useValue: openLog(settings.logLevel) },
        { provide: Clock, useClass: SystemClock },
        { provide: Database, useFactory: () => openDatabase(settings.databaseFile) },
        { provide: DocumentCache, inject: [Database, Clock], useFactory: makeDocumentCache },
        { provide: APP_FILTER, useFactory: (log: Log) => new ProblemFilter(log), inject: [Log] },
        { provide: APP_GUARD, useClass: QueryGuard },
        { provide: APP_PIPE, useValue: bodyPipe },
      ],
      exports: [StoreSettings, Log, Clock, Database, DocumentCache],
    };
  }
}

function openDatabase(file: string): Promise<Database> {
  mkdirSync(dirname(file), { recursive: true });
  return Database.open(file);
}

function makeDocumentCache(database: Database, clock: Clock): DocumentCache {
  const documents = new DocumentCache(clock);
  database.notices.subscribe('plugin', (plugin) => documents.forgetPlugin(plugin as PluginId));
  database.notices.subscribe('publisher', (publisher) => documents.forgetPublisher(publisher));
  return documents;
}
