import { Body, Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { HostPrincipal } from '#access';
import { installationNotFound, InstallationStore } from '#install';
import type { InstallationReport } from '#install';
import { Clock, normalizeName, pluginId } from '#kernel';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { PageQuery, pageOf } from '../platform/requests/page.body.js';
import { CallerHost, Requires } from '../platform/callers/requires.js';
import { ReportBody, ReportPage, reportPage, StoredReportBody, storedReportBody } from './report.body.js';

const notThere = {
  kind: 'not-found',
  code: 'installation-not-found',
  when: 'The host has no such installation.',
} as const;

@Controller('api/v1')
export class ReportsController {
  constructor(
    private readonly installations: InstallationStore,
    private readonly clock: Clock,
  ) {}

  @Post('installations/:installation/reports')
  @HttpCode(201)
  @Requires('report')
  @ApiOperation({
    summary: 'Report what became of a plugin',
    description:
      'The newest reports of an installation are kept; its plugin’s publisher and moderators see them too. The same report again, with the same `at`, is kept once.',
  })
  @ApiCreatedResponse({ type: StoredReportBody })
  @Refuses(notThere)
  async add(
    @CallerHost() caller: HostPrincipal,
    @Param('installation') id: string,
    @Body() body: ReportBody,
  ): Promise<StoredReportBody> {
    const installation = await this.installations.find(caller.hostId, id);
    if (!installation) throw installationNotFound();
    const report: InstallationReport = {
      kind: body.kind,
      message: body.message,
      interface: body.interface ?? null,
      version: body.version,
      at: Date.parse(body.at),
      receivedAt: this.clock.now(),
    };
    await this.installations.addReport(installation, report);
    return storedReportBody(report);
  }

  @Get('installations/:installation/reports')
  @Requires('report')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'List what was reported of an installation', description: 'Newest first.' })
  @ApiOkResponse({ type: ReportPage })
  @Refuses(notThere)
  async list(
    @CallerHost() caller: HostPrincipal,
    @Param('installation') id: string,
    @Query() query: PageQuery,
  ): Promise<ReportPage> {
    const installation = await this.installations.find(caller.hostId, id);
    if (!installation) throw installationNotFound();
    return reportPage(await this.installations.reports(installation.id, pageOf(query)));
  }

  @Get('plugins/:publisher/:plugin/reports')
  @Requires('see-reports')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'List what hosts reported of a plugin',
    description: 'Newest first, for its publisher’s members and moderators. Which host said it stays untold.',
  })
  @ApiOkResponse({ type: ReportPage })
  async ofPlugin(
    @Param('publisher') publisher: string,
    @Param('plugin') plugin: string,
    @Query() query: PageQuery,
  ): Promise<ReportPage> {
    const id = pluginId(normalizeName(publisher), normalizeName(plugin));
    return reportPage(await this.installations.pluginReports(id, pageOf(query)));
  }
}
