import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PluginDownloads } from '#catalog';
import { Clock } from '#kernel';
import { ApiOkResponse, ApiOperation, ApiQuery } from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { jsonDocument } from '../platform/answers/json-document.js';
import { PluginDocuments } from '../platform/answers/plugin-documents.js';
import { Requires } from '../platform/callers/requires.js';
import type { AuthenticatedRequest } from '../platform/callers/requires.js';
import { DownloadListBody, parseDownloadsQuery } from './downloads.body.js';
import { pluginUnknown } from './read-refusals.js';
import { VisiblePlugins } from './visible-plugins.js';

const Day = (name: string, description: string): MethodDecorator =>
  ApiQuery({
    name,
    required: false,
    schema: { type: 'string', format: 'date' },
    example: '2026-01-31',
    description,
  });

@Controller('api/v1/plugins/:publisher/:plugin/downloads')
export class DownloadsController {
  constructor(
    private readonly documents: PluginDocuments,
    private readonly plugins: VisiblePlugins,
    private readonly downloads: PluginDownloads,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Requires('read')
  @ApiOperation({
    operationId: 'listDownloads',
    summary: 'How often the versions of a plugin were fetched, by day',
    description:
      'A download is a wheel, a source distribution or an npm tarball that was sent whole, at any of the store’s doors; it counts for the newest release that has the file. What was fetched in the last seconds may be missing.',
  })
  @Day('from', 'The first day, in UTC; at most a year before the last. By default thirty days are shown.')
  @Day('to', 'The last day; by default today.')
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 1000 } })
  @ApiQuery({ name: 'cursor', required: false, type: String })
  @ApiOkResponse({ type: DownloadListBody })
  @Refuses(pluginUnknown)
  list(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.documents.answerUnkept(request, reply, async (viewer) => {
      const query = request.query as Record<string, string | undefined>;
      const { span, page } = parseDownloadsQuery(query, this.clock.now());
      const { id } = await this.plugins.find(viewer);
      const found = await this.downloads.daily(id, span, page);
      return jsonDocument({ ...span, items: found.items, next: found.next });
    });
  }
}
