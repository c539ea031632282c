import { Body, Controller, Delete, Get, HttpCode, Param, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { actorOf } from '#access';
import type { AccountPrincipal } from '#access';
import { MoveChannel, PluginCatalog } from '#catalog';
import {
  ApiNoContentResponse,
  ApiNotModifiedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { jsonDocument } from '../platform/answers/json-document.js';
import { PluginDocuments, pluginOf } from '../platform/answers/plugin-documents.js';
import { CallerAccount, Requires } from '../platform/callers/requires.js';
import type { AuthenticatedRequest } from '../platform/callers/requires.js';
import { channelListBody, ChannelListBody, MoveChannelBody } from './channel.body.js';
import { pluginUnknown, versionUnknown } from './read-refusals.js';
import { VisiblePlugins } from './visible-plugins.js';

const channelNameRefusals = [
  { kind: 'conflict', code: 'channel-computed', when: 'The channel is `latest`, which the store computes.' },
  { kind: 'invalid', code: 'invalid-channel', when: 'The name is none, or reads as a version or range.' },
] as const;

/** Movable pointers to releases. */
@Controller('api/v1/plugins/:publisher/:plugin/channels')
@ApiParam({ name: 'publisher', example: 'galaxy', description: 'In any spelling.' })
@ApiParam({ name: 'plugin', example: 'kubeplugin', description: 'In any spelling.' })
export class ChannelsController {
  constructor(
    private readonly documents: PluginDocuments,
    private readonly plugins: VisiblePlugins,
    private readonly catalog: PluginCatalog,
    private readonly moveChannel: MoveChannel,
  ) {}

  @Get()
  @Requires('read')
  @ApiOperation({ operationId: 'listChannels', summary: 'The channels of a plugin, with their history' })
  @ApiOkResponse({ type: ChannelListBody })
  @ApiNotModifiedResponse({ description: 'The caller has it: `If-None-Match` has its `ETag`.' })
  @Refuses(pluginUnknown)
  list(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.documents.answer(request, reply, 'channels', async (viewer) => {
      const plugin = await this.plugins.find(viewer);
      return jsonDocument(channelListBody(plugin, await this.catalog.channelHistories(plugin.id)));
    });
  }

  @Put(':channel')
  @HttpCode(204)
  @Requires('manage')
  @ApiOperation({ operationId: 'moveChannel', summary: 'Point a channel to a version' })
  @ApiParam({ name: 'channel', example: 'beta', schema: { type: 'string' } })
  @ApiNoContentResponse({ description: 'It points there.' })
  @Refuses(
    pluginUnknown,
    versionUnknown,
    ...channelNameRefusals,
    { kind: 'conflict', code: 'yanked', when: 'The version is yanked.' },
    { kind: 'conflict', code: 'quarantined', when: 'The version is quarantined.' },
    { kind: 'conflict', code: 'not-approved', when: 'No moderator has approved the version.' },
  )
  async move(
    @Req() request: AuthenticatedRequest,
    @Param('channel') channel: string,
    @Body() { version }: MoveChannelBody,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<void> {
    await this.moveChannel.run(pluginOf(request), channel, version, actorOf(caller));
  }

  @Delete(':channel')
  @HttpCode(204)
  @Requires('manage')
  @ApiOperation({ operationId: 'removeChannel', summary: 'Take a channel away; its history stays' })
  @ApiParam({ name: 'channel', example: 'beta', schema: { type: 'string' } })
  @ApiNoContentResponse({ description: 'There is no such channel.' })
  @Refuses(pluginUnknown, ...channelNameRefusals, {
    kind: 'not-found',
    code: 'channel-not-found',
    when: 'The plugin never had that channel.',
  })
  async remove(
    @Req() request: AuthenticatedRequest,
    @Param('channel') channel: string,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<void> {
    await this.moveChannel.run(pluginOf(request), channel, null, actorOf(caller));
  }
}
