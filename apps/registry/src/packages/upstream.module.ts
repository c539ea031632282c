import { Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Database, SqlPulledPackages, SqlUpstreamPages } from '#database';
import { Clock } from '#kernel';
import { PulledPackages, Upstream, UpstreamNames, UpstreamPages } from '#packages';
import { HttpUpstream } from '#upstream-http';
import { processEnvironment } from '../platform/settings/config.js';
import { Log } from '../platform/server/log.js';
import { Metrics } from '../platform/server/metrics.js';
import { provide } from '../platform/provide.js';
import { SessionSecrets } from '../platform/callers/session-secrets.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { UpstreamLoopGuard } from './upstream/upstream-loop.guard.js';

/** Where packages come from that nobody uploaded here. */
@Module({
  providers: [
    {
      provide: HttpUpstream,
      inject: [StoreSettings, SessionSecrets, Clock, Log, Metrics],
      useFactory: makeUpstream,
    },
    { provide: Upstream, useExisting: HttpUpstream },
    {
      provide: UpstreamNames,
      inject: [StoreSettings],
      useFactory: ({ values }: StoreSettings) =>
        new UpstreamNames(values.upstreamAllow, values.upstreamBlock),
    },
    provide(UpstreamPages, SqlUpstreamPages, [Database]),
    provide(PulledPackages, SqlPulledPackages, [Database]),
    {
      provide: APP_GUARD,
      inject: [Upstream, SessionSecrets],
      useFactory: (upstream: Upstream, secrets: SessionSecrets) =>
        new UpstreamLoopGuard(upstream, pseudonymOf(secrets)),
    },
  ],
  exports: [Upstream, UpstreamNames, UpstreamPages, PulledPackages],
})
export class UpstreamModule implements OnApplicationShutdown {
  constructor(private readonly upstream: HttpUpstream) {}

  async onApplicationShutdown(): Promise<void> {
    await this.upstream.close();
  }
}

const pseudonymOf = ({ clusterId }: SessionSecrets): string => `mortise-${clusterId}`;

function makeUpstream(
  settings: StoreSettings,
  secrets: SessionSecrets,
  clock: Clock,
  log: Log,
  metrics: Metrics,
): HttpUpstream {
  const upstream = new HttpUpstream({
    addresses: { npm: settings.values.upstreamNpm, python: settings.values.upstreamPython },
    environment: processEnvironment(),
    ownAddresses: () => settings.ownAddresses,
    pseudonym: pseudonymOf(secrets),
    clock,
    report: (level, facts, message) => log[level](facts, message),
  });
  metrics.gauge(
    'mortise_upstream_requests',
    'Requests made to upstream registries since the start.',
    () => upstream.requests,
  );
  metrics.gauge(
    'mortise_upstream_queue_depth',
    'Requests to upstream registries that wait for an answer.',
    () => upstream.waiting,
  );
  return upstream;
}
