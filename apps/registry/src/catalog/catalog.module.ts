import { Module } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { Principals } from '#access';
import {
  ChannelStore,
  DeprecateRelease,
  DecideDeadJob,
  ImportDescriptors,
  JobStore,
  MoveChannel,
  PackageShelf,
  PackageSource,
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
  SqlJobStore,
  SqlPackageShelf,
  SqlPluginCatalog,
  SqlPluginDownloads,
  SqlReleaseStore,
  SqlStandingStore,
} from '#database';
import { Clock, Leadership } from '#kernel';
import { BlobStore, Staging } from '#packages';
import { PackagesModule } from '../packages/packages.module.js';
import { InFlight } from '../platform/server/in-flight.js';
import { Log } from '../platform/server/log.js';
import { Metrics } from '../platform/server/metrics.js';
import { provide } from '../platform/provide.js';
import { SearchModule } from '../search/search.module.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { AwaitPublication } from './await-publication.js';
import { ChangesController } from './changes.controller.js';
import { ChannelsController } from './channels.controller.js';
import { DownloadsController } from './downloads.controller.js';
import { PluginPageController } from './plugin-page.controller.js';
import { PluginsController } from './plugins.controller.js';
import { JobUpkeepController } from './job-upkeep.controller.js';
import { JobsController } from './jobs.controller.js';
import { PublishController } from './publish.controller.js';
import { ReleaseJobs } from './release-jobs.js';
import { TarballDescriptors } from './tarball-descriptors.js';
import { RemovalOfJobs } from './removal-of-jobs.job.js';
import { RunJobs } from './run-jobs.job.js';
import { WithdrawalController } from './withdrawal.controller.js';
import { VisiblePlugins } from './visible-plugins.js';
import { ImportController } from './import.controller.js';
import { ValidateController } from './validate.controller.js';

/** Plugins and their releases. */
@Module({
  imports: [PackagesModule, SearchModule],
  controllers: [
    PluginsController,
    PluginPageController,
    ChannelsController,
    DownloadsController,
    WithdrawalController,
    ChangesController,
    PublishController,
    ImportController,
    JobsController,
    JobUpkeepController,
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
    provide(PublishRelease, PublishRelease, [
      ReleaseStore,
      PackageShelf,
      PackageSource,
      Visibility,
      Clock,
      PublishPolicy,
    ]),
    provide(JobStore, SqlJobStore, [Database]),
    provide(DecideDeadJob, DecideDeadJob, [JobStore, Clock]),
    provide(ReleaseJobs, ReleaseJobs, [PublishRelease, JobStore, Principals, Staging, BlobStore, Clock]),
    {
      provide: RunJobs,
      inject: [JobStore, ReleaseJobs, Clock, Log],
      useFactory: (jobs: JobStore, releaseJobs: ReleaseJobs, clock: Clock, log: Log) =>
        new RunJobs(jobs, [releaseJobs], clock, log),
    },
    provide(RemovalOfJobs, RemovalOfJobs, [Leadership, RunJobs, Log]),
    provide(TarballDescriptors, TarballDescriptors, [PackageShelf, BlobStore, Staging]),
    provide(AwaitPublication, AwaitPublication, [RunJobs, ReleaseStore, Visibility, InFlight]),
    provide(ImportDescriptors, ImportDescriptors, [ReleaseStore, PublishRelease, MoveChannel]),
  ],
  exports: [ReleaseStore, PublishRelease, ImportDescriptors, MoveChannel, DeprecateRelease],
})
export class CatalogModule implements OnModuleInit, OnModuleDestroy {
  constructor(
    private readonly jobs: RunJobs,
    private readonly removal: RemovalOfJobs,
    private readonly store: JobStore,
    private readonly database: Database,
    private readonly metrics: Metrics,
    private readonly settings: StoreSettings,
  ) {}

  async onModuleInit(): Promise<void> {
    this.metrics.gauge('mortise_jobs_open', 'Jobs that wait or run, of all replicas.', async () => {
      const { queued, running } = await this.store.count();
      return queued + running;
    });
    this.metrics.gauge(
      'mortise_jobs_dead',
      'Jobs that were given up, for a person to look at.',
      async () => (await this.store.count()).dead,
    );
    this.database.notices.subscribe(
      'job',
      (id) => this.jobs.heard(id),
      () => this.jobs.wish(),
    );
    if (this.settings.values.role === 'serve') return;
    await this.jobs.start();
    this.removal.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.removal.stop();
    await this.jobs.stop(this.settings.values.shutdownMs);
  }
}
