import { Module } from '@nestjs/common';
import { Database, SqlAuditLog } from '#database';
import { AuditLog } from '#trust';
import { provide } from '../platform/provide.js';
import { AuditController } from './audit.controller.js';

/** What is decided about others' plugins, and the log of it. */
@Module({
  controllers: [AuditController],
  providers: [provide(AuditLog, SqlAuditLog, [Database])],
})
export class TrustModule {}
