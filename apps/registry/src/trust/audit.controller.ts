import { Controller, Get, Query } from '@nestjs/common';
import { AuditLog } from '#trust';
import { ApiOkResponse, ApiOperation } from '../platform/contract/api-decorators.js';
import { pageOf } from '../platform/requests/page.body.js';
import { Requires } from '../platform/callers/requires.js';
import { AuditPageBody, AuditQuery, toAuditFilter, toAuditPageBody } from './audit.body.js';

/** What moderators, administrators and owners have decided. */
@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly auditLog: AuditLog) {}

  @Get()
  @Requires('moderate')
  @ApiOperation({
    summary: 'Read the audit log',
    description: 'Who did what to what, when and why, newest first. Nothing in it is ever changed.',
  })
  @ApiOkResponse({ type: AuditPageBody })
  async list(@Query() query: AuditQuery): Promise<AuditPageBody> {
    return toAuditPageBody(await this.auditLog.list(toAuditFilter(query), pageOf(query)));
  }
}
