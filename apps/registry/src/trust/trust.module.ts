import { Module } from '@nestjs/common';
import { Database, SqlAuditLog, SqlModerationStore } from '#database';
import { Clock } from '#kernel';
import { AuditLog, ModerateRelease, ModerationStore, QuarantinePackage, UpstreamVersions } from '#trust';
import { UpstreamPackages } from '#packages';
import { PackagesModule } from '../packages/packages.module.js';
import { provide } from '../platform/provide.js';
import { SearchModule } from '../search/search.module.js';
import { AuditController } from './audit.controller.js';
import { ModerationController } from './moderation.controller.js';
import { PackageQuarantineController } from './package-quarantine.controller.js';
import { IndexedUpstreamVersions } from './indexed-upstream-versions.js';

/** What is decided about others' plugins, and the log of it. */
@Module({
  imports: [PackagesModule, SearchModule],
  controllers: [AuditController, ModerationController, PackageQuarantineController],
  providers: [
    provide(AuditLog, SqlAuditLog, [Database]),
    provide(ModerationStore, SqlModerationStore, [Database]),
    provide(ModerateRelease, ModerateRelease, [ModerationStore, Clock]),
    provide(UpstreamVersions, IndexedUpstreamVersions, [UpstreamPackages]),
    provide(QuarantinePackage, QuarantinePackage, [ModerationStore, UpstreamVersions, Clock]),
  ],
  exports: [ModerateRelease],
})
export class TrustModule {}
