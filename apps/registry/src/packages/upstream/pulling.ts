import type { Provider } from '@nestjs/common';
import { Clock } from '#kernel';
import {
  BlobStore,
  CurrentPages,
  NameClaims,
  PackageIndex,
  PulledFiles,
  PulledPackages,
  PullFromUpstream,
  PullThrough,
  PullVersions,
  Staging,
  Upstream,
  UpstreamClaims,
  UpstreamNames,
  UpstreamPackages,
  UpstreamPages,
} from '#packages';
import { provide } from '../../platform/provide.js';
import { StoreSettings } from '../../platform/settings/store-settings.js';

/** What stands on upstream: pages and files that were pulled, the names that it has, versions to pin. */
export const pulling: readonly Provider[] = [
  {
    provide: CurrentPages,
    inject: [Upstream, UpstreamPages, Clock, StoreSettings],
    useFactory: (upstream: Upstream, pages: UpstreamPages, clock: Clock, { values }: StoreSettings) =>
      new CurrentPages(upstream, pages, clock, values.upstreamFreshMs),
  },
  provide(NameClaims, UpstreamClaims, [Upstream, CurrentPages, UpstreamPages, UpstreamNames]),
  provide(PulledFiles, PulledFiles, [Upstream, PulledPackages, BlobStore, Staging, Clock]),
  provide(PullThrough, PullFromUpstream, [
    Upstream,
    CurrentPages,
    PulledFiles,
    PulledPackages,
    PackageIndex,
    UpstreamNames,
    BlobStore,
    Clock,
  ]),
  provide(UpstreamPackages, PullVersions, [
    Upstream,
    CurrentPages,
    PulledFiles,
    PulledPackages,
    PackageIndex,
    UpstreamNames,
    BlobStore,
    Staging,
  ]),
];
