import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  chooseVersion,
  pageVersions,
  PluginCatalog,
  PluginDownloads,
  releaseQuarantined,
  ReleaseStore,
  shownRelease,
} from '#catalog';
import type { Release } from '#catalog';
import type { PluginId, Version } from '#kernel';
import {
  ApiNotModifiedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiQuery,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import type { MadeDocument } from '../platform/answers/document-cache.js';
import { jsonDocument } from '../platform/answers/json-document.js';
import { PluginDocuments } from '../platform/answers/plugin-documents.js';
import type { Viewer } from '../platform/answers/plugin-documents.js';
import { Requires } from '../platform/callers/requires.js';
import type { AuthenticatedRequest } from '../platform/callers/requires.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { PluginBody, pluginBody } from './plugin.body.js';
import { channelRefusals, pluginUnknown } from './read-refusals.js';
import {
  parseVersionsQuery,
  ReleaseDetailBody,
  releaseDetailBody,
  versionBody,
  VersionListBody,
} from './version.body.js';
import { VisiblePlugins } from './visible-plugins.js';

const versionParameter = {
  name: 'version',
  description: 'A version, `latest`, or a channel; the answer names the version.',
  example: '1.0.0',
};

/** Reads of one plugin. Parameters are taken from the request itself, since a hit of the cache asks nothing more. */
@Controller('api/v1/plugins/:publisher/:plugin')
@Requires('read')
@ApiParam({ name: 'publisher', example: 'galaxy', description: 'In any spelling.' })
@ApiParam({ name: 'plugin', example: 'kubeplugin', description: 'In any spelling.' })
@ApiNotModifiedResponse({ description: 'The caller has it: `If-None-Match` has its `ETag`.' })
export class PluginsController {
  constructor(
    private readonly documents: PluginDocuments,
    private readonly plugins: VisiblePlugins,
    private readonly catalog: PluginCatalog,
    private readonly releases: ReleaseStore,
    private readonly downloads: PluginDownloads,
    private readonly settings: StoreSettings,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'getPlugin', summary: 'A plugin with its latest release' })
  @ApiOkResponse({ type: PluginBody })
  @Refuses(pluginUnknown)
  plugin(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.documents.answer(request, reply, 'plugin', async (viewer) => {
      const plugin = await this.plugins.find(viewer);
      const shown = shownRelease(plugin);
      if (!shown) throw new Error(`${plugin.id} has releases and none to show.`);
      const release = await this.releaseOf(plugin.id, shown.version);
      const downloads = await this.downloads.totals(plugin.id);
      return jsonDocument(pluginBody(plugin, release, downloads, this.settings.publicUrl));
    });
  }

  @Get('versions')
  @ApiOperation({
    operationId: 'listVersions',
    summary: 'The versions of a plugin, the highest first',
  })
  @ApiQuery({ name: 'range', required: false, type: String, example: '^1.2' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 100 } })
  @ApiQuery({ name: 'cursor', required: false, type: String })
  @ApiOkResponse({ type: VersionListBody })
  @Refuses(
    pluginUnknown,
    { kind: 'invalid', code: 'invalid-range', when: '`range` is no version range.' },
    { kind: 'invalid', code: 'invalid-parameter', when: '`limit` is not from 1 to 100.' },
  )
  versions(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void | Promise<void> {
    const make = (viewer: Viewer) => this.versionsDocument(request, viewer);
    return request.url.includes('?')
      ? this.documents.answerUnkept(request, reply, make)
      : this.documents.answer(request, reply, 'versions', make);
  }

  @Get('versions/:version')
  @ApiOperation({ operationId: 'getRelease', summary: 'One version of a plugin' })
  @ApiParam(versionParameter)
  @ApiOkResponse({ type: ReleaseDetailBody })
  @Refuses(...channelRefusals)
  version(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void | Promise<void> {
    const reference = versionOf(request);
    return this.documents.answer(request, reply, `version ${reference}`, async (viewer) => {
      const plugin = await this.plugins.find(viewer);
      const release = await this.releaseOf(plugin.id, chooseVersion(plugin, reference).version);
      const downloads = await this.downloads.totals(plugin.id);
      return jsonDocument(releaseDetailBody(plugin, release, downloads, this.settings.publicUrl));
    });
  }

  @Get('versions/:version/descriptor')
  @ApiOperation({
    operationId: 'getDescriptor',
    summary: 'The descriptor of a version, byte for byte as it was published',
  })
  @ApiParam(versionParameter)
  @ApiProduces('application/yaml')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @Refuses(...channelRefusals, {
    kind: 'forbidden',
    code: 'quarantined',
    when: 'The version is quarantined: the sentence has the reason.',
  })
  descriptor(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void | Promise<void> {
    const reference = versionOf(request);
    return this.documents.answer(request, reply, `descriptor ${reference}`, (viewer) =>
      this.descriptorDocument(viewer, reference),
    );
  }

  private async versionsDocument(request: AuthenticatedRequest, viewer: Viewer): Promise<MadeDocument> {
    const query = parseVersionsQuery(request.query as Record<string, string | undefined>);
    const plugin = await this.plugins.find(viewer);
    const { items, next } = pageVersions(plugin.releases, query);
    const downloads = await this.downloads.totals(plugin.id);
    return jsonDocument({ items: items.map((release) => versionBody(plugin, release, downloads)), next });
  }

  private async descriptorDocument(viewer: Viewer, reference: string): Promise<MadeDocument> {
    const plugin = await this.plugins.find(viewer);
    const { version, standing } = chooseVersion(plugin, reference);
    if (standing.quarantined) throw releaseQuarantined(plugin.id, version, standing.quarantined.reason);
    const body = await this.catalog.descriptorBytes(plugin.id, version);
    if (!body) throw new Error(`${plugin.id} ${version} has no descriptor.`);
    return {
      body,
      contentType: 'application/yaml; charset=utf-8',
      headers: { 'x-content-type-options': 'nosniff' },
    };
  }

  private async releaseOf(plugin: PluginId, version: Version): Promise<Release> {
    const release = await this.releases.find(plugin, version);
    if (!release) throw new Error(`${plugin} ${version} is listed and was not found.`);
    return release;
  }
}

const versionOf = (request: AuthenticatedRequest): string => (request.params as { version: string }).version;
