import { Body, Controller, Delete, HttpCode, Param, Post, Put, Req, UseInterceptors } from '@nestjs/common';
import { actorOf } from '#access';
import type { AccountPrincipal } from '#access';
import { DeprecateRelease, YankRelease } from '#catalog';
import { isPluginName, isPublisherName, normalizeName, RegistryError } from '#kernel';
import type { PluginId } from '#kernel';
import { ApiNoContentResponse, ApiOperation, ApiParam } from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { pluginOf } from '../platform/answers/plugin-documents.js';
import { CallerAccount, Requires } from '../platform/callers/requires.js';
import type { AuthenticatedRequest } from '../platform/callers/requires.js';
import { pluginUnknown, versionUnknown } from './read-refusals.js';
import { DeprecateReleaseBody, YankReleaseBody } from './withdrawal.body.js';
import { AwaitVisibility } from '../search/await-visibility.js';

/** What a publisher says of the use of its releases: no new installs, or use that instead. */
@UseInterceptors(AwaitVisibility)
@Controller('api/v1/plugins/:publisher/:plugin/versions/:version')
@Requires('manage')
@ApiParam({ name: 'publisher', example: 'galaxy', description: 'In any spelling.' })
@ApiParam({ name: 'plugin', example: 'kubeplugin', description: 'In any spelling.' })
@ApiParam({ name: 'version', example: '1.0.0', description: 'An exact version.' })
@Refuses(pluginUnknown, versionUnknown)
export class WithdrawalController {
  constructor(
    private readonly yankRelease: YankRelease,
    private readonly deprecateRelease: DeprecateRelease,
  ) {}

  @Post('yank')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'yankRelease',
    summary: 'Allow no new installs of a version',
    description:
      'Ranges, channels and `latest` pass it over; who names it exactly still reads its manifest, with the reason. Again with another reason changes the reason.',
  })
  @ApiNoContentResponse({ description: 'It is yanked.' })
  async yank(
    @Req() request: AuthenticatedRequest,
    @Param('version') version: string,
    @Body() { reason }: YankReleaseBody,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<void> {
    await this.yankRelease.run(pluginOf(request), version, reason.trim(), actorOf(caller));
  }

  @Delete('yank')
  @HttpCode(204)
  @ApiOperation({ operationId: 'unyankRelease', summary: 'Allow installs of a version again' })
  @ApiNoContentResponse({ description: 'It isn’t yanked.' })
  async unyank(
    @Req() request: AuthenticatedRequest,
    @Param('version') version: string,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<void> {
    await this.yankRelease.run(pluginOf(request), version, null, actorOf(caller));
  }

  @Put('deprecation')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deprecateRelease',
    summary: 'Say what to use instead of a version',
    description: 'The version can be installed all the same; the message is shown beside it everywhere.',
  })
  @ApiNoContentResponse({ description: 'It is deprecated.' })
  @Refuses(
    { kind: 'invalid', code: 'invalid-plugin-id', when: '`replaced_by` is not publisher/name.' },
    { kind: 'invalid', code: 'replaced-by-itself', when: '`replaced_by` is the plugin itself.' },
  )
  async deprecate(
    @Req() request: AuthenticatedRequest,
    @Param('version') version: string,
    @Body() { message, replaced_by }: DeprecateReleaseBody,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<void> {
    const replacedBy = typeof replaced_by === 'string' ? parsePluginId(replaced_by) : null;
    const deprecated = { message: message.trim(), replacedBy };
    await this.deprecateRelease.run(pluginOf(request), version, deprecated, actorOf(caller));
  }

  @Delete('deprecation')
  @HttpCode(204)
  @ApiOperation({ operationId: 'undeprecateRelease', summary: 'Take a deprecation back' })
  @ApiNoContentResponse({ description: 'It isn’t deprecated.' })
  async undeprecate(
    @Req() request: AuthenticatedRequest,
    @Param('version') version: string,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<void> {
    await this.deprecateRelease.run(pluginOf(request), version, null, actorOf(caller));
  }
}

function parsePluginId(written: string): PluginId {
  const [publisher = '', name = '', ...rest] = written.split('/');
  if (rest.length === 0 && isPublisherName(publisher) && isPluginName(name)) {
    return `${normalizeName(publisher)}/${normalizeName(name)}`;
  }
  throw new RegistryError(
    'invalid',
    'invalid-plugin-id',
    `"${written}" is no plugin: write publisher/name, e.g. "galaxy/kubeplugin".`,
  );
}
