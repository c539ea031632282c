import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { pluginNotFound } from '#catalog';
import { normalizeName, RegistryError } from '#kernel';
import { ApiExcludeController } from '../platform/contract/api-decorators.js';
import { PageSessions } from '../platform/callers/page-sessions.js';
import { pageNotFound } from '../platform/pages/page-files.js';
import { sendPage } from '../platform/pages/send-page.js';
import { wantsPage } from '../platform/pages/wants-page.js';
import { pluginOf } from '../platform/answers/plugin-documents.js';
import { Requires } from '../platform/callers/requires.js';
import type { AuthenticatedRequest } from '../platform/callers/requires.js';
import { Sight } from '../platform/callers/sight.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { VisiblePlugins } from './visible-plugins.js';

/** The pages of plugins, for people; what is on them comes from the API. */
@Controller('plugins')
@Requires('public')
@ApiExcludeController()
export class PluginPageController {
  constructor(
    private readonly plugins: VisiblePlugins,
    private readonly sessions: PageSessions,
    private readonly sight: Sight,
    private readonly settings: StoreSettings,
  ) {}

  /** One page for all, also for those that are missing: its script tells what there is, to whoever looks at it. */
  @Get(':publisher/:plugin')
  async plugin(
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | null> {
    const isMissing = await this.isMissing(request);
    if (isMissing && /[/+]json\b/.test(request.headers.accept ?? '')) throw pluginNotFound(pluginOf(request));
    return sendPage('/plugins', request, reply, { status: isMissing ? 404 : 200 });
  }

  /** What a publisher has is a search. */
  @Get(':publisher')
  publisher(@Req() request: AuthenticatedRequest, @Res({ passthrough: true }) reply: FastifyReply): void {
    if (!wantsPage(request)) throw pageNotFound();
    const { publisher } = request.params as { publisher: string };
    const query = new URLSearchParams({ publisher: normalizeName(publisher) });
    reply.status(302).header('location', `../?${query.toString()}`);
  }

  @Get()
  all(@Req() request: AuthenticatedRequest, @Res({ passthrough: true }) reply: FastifyReply): void {
    if (!wantsPage(request)) throw pageNotFound();
    reply.status(302).header('location', './');
  }

  /** Where members alone may read, nobody else is told; where it can't be told, the page says why. */
  private async isMissing(request: AuthenticatedRequest): Promise<boolean> {
    try {
      const reader = await this.sessions.readerOf(request);
      if (reader === undefined && this.settings.values.read === 'members') return false;
      const plugin = pluginOf(request);
      await this.plugins.find({
        plugin,
        seesAll: reader !== undefined && (await this.sight.seesAll(reader, plugin)),
      });
      return false;
    } catch (error) {
      if (error instanceof RegistryError) return error.kind === 'not-found';
      throw error;
    }
  }
}
