import { Body, Controller, Delete, HttpCode, Put, Query, Req, UseInterceptors } from '@nestjs/common';
import { actorOf } from '#access';
import type { AccountPrincipal } from '#access';
import { ModerateRelease } from '#trust';
import type { ReleaseName } from '#trust';
import {
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { pluginOf } from '../platform/answers/plugin-documents.js';
import { CallerAccount, Requires } from '../platform/callers/requires.js';
import type { AuthenticatedRequest } from '../platform/callers/requires.js';
import {
  followersBody,
  QuarantineBody,
  QuarantineFollowersBody,
  ReasonQuery,
  ReleaseTrustBody,
  ReviewReleaseBody,
} from './moderation.body.js';
import { AwaitVisibility } from '../search/await-visibility.js';

/** A moderator's word on a release. */
@UseInterceptors(AwaitVisibility)
@Controller('api/v1/plugins/:publisher/:plugin/versions/:version')
@Requires('moderate')
@ApiParam({ name: 'publisher', example: 'galaxy', description: 'In any spelling.' })
@ApiParam({ name: 'plugin', example: 'kubeplugin', description: 'In any spelling.' })
@ApiParam({ name: 'version', example: '1.0.0', description: 'An exact version.' })
@Refuses(
  { kind: 'not-found', code: 'plugin-not-found', when: 'There is no such plugin.' },
  { kind: 'not-found', code: 'version-not-found', when: 'The plugin has no such version.' },
)
export class ModerationController {
  constructor(private readonly moderateRelease: ModerateRelease) {}

  @Put('trust')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'setReleaseTrust',
    summary: 'Trust a release, or not, whatever its publisher is',
  })
  @ApiNoContentResponse({ description: 'It is so.' })
  async setTrust(
    @Req() request: AuthenticatedRequest,
    @Body() { trust, reason }: ReleaseTrustBody,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<void> {
    const decision = { kind: 'trust', trust, reason: reason.trim() } as const;
    await this.moderateRelease.run(releaseOf(request), decision, actorOf(caller));
  }

  @Delete('trust')
  @HttpCode(204)
  @ApiOperation({ operationId: 'resetReleaseTrust', summary: 'Return a release to its publisher’s trust' })
  @ApiNoContentResponse({ description: 'It is as its publisher.' })
  async resetTrust(
    @Req() request: AuthenticatedRequest,
    @Query() { reason }: ReasonQuery,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<void> {
    const decision = { kind: 'trust', trust: null, reason: reason ?? null } as const;
    await this.moderateRelease.run(releaseOf(request), decision, actorOf(caller));
  }

  @Put('review')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'reviewRelease',
    summary: 'Approve or reject a release',
    description:
      'What is pending or rejected is seen only by its publisher’s members and by moderators; an approved release is seen by everybody.',
  })
  @ApiNoContentResponse({ description: 'It is so.' })
  async review(
    @Req() request: AuthenticatedRequest,
    @Body() { review, reason }: ReviewReleaseBody,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<void> {
    const decision = { kind: 'review', review, reason: reason.trim() } as const;
    await this.moderateRelease.run(releaseOf(request), decision, actorOf(caller));
  }

  @Put('quarantine')
  @ApiOperation({
    operationId: 'quarantineRelease',
    summary: 'Stop a release now, at every door',
    description:
      'Its publisher’s own package versions that it pins are quarantined with it, and other releases that pin these.',
  })
  @ApiOkResponse({ type: QuarantineFollowersBody, description: 'It is quarantined; this is what followed.' })
  async quarantine(
    @Req() request: AuthenticatedRequest,
    @Body() { reason }: QuarantineBody,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<QuarantineFollowersBody> {
    const decision = { kind: 'quarantine', reason: reason.trim() } as const;
    return followersBody(await this.moderateRelease.run(releaseOf(request), decision, actorOf(caller)));
  }

  @Delete('quarantine')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'liftReleaseQuarantine',
    summary: 'Take the quarantine of a release back',
    description: 'With it goes what it brought about, except what something else still holds.',
  })
  @ApiNoContentResponse({ description: 'No moderator’s word stands against the release itself.' })
  async lift(
    @Req() request: AuthenticatedRequest,
    @Query() { reason }: ReasonQuery,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<void> {
    const decision = { kind: 'lift-quarantine', reason: reason ?? null } as const;
    await this.moderateRelease.run(releaseOf(request), decision, actorOf(caller));
  }
}

function releaseOf(request: AuthenticatedRequest): ReleaseName {
  return { plugin: pluginOf(request), version: (request.params as { version: string }).version };
}
