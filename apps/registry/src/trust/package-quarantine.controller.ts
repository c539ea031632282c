import { Body, Controller, Delete, HttpCode, Param, Put, Query, UseInterceptors } from '@nestjs/common';
import { actorOf } from '#access';
import type { AccountPrincipal } from '#access';
import { packageName } from '#catalog';
import { packageVersionNotFound, QuarantinePackage } from '#trust';
import type { PackageVersionName } from '#trust';
import {
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { CallerAccount, Requires } from '../platform/callers/requires.js';
import { followersBody, QuarantineBody, QuarantineFollowersBody, ReasonQuery } from './moderation.body.js';
import { AwaitVisibility } from '../search/await-visibility.js';

/** A moderator's word on a package version by itself. */
@UseInterceptors(AwaitVisibility)
@Controller('api/v1/packages/:side/:name/versions/:version/quarantine')
@Requires('moderate')
@ApiParam({ name: 'side', enum: ['npm', 'python'], example: 'npm' })
@ApiParam({ name: 'name', example: '@cloudve/kube', description: 'Encoded: `@cloudve%2Fkube`.' })
@ApiParam({ name: 'version', example: '1.0.0' })
@Refuses({
  kind: 'not-found',
  code: 'package-version-not-found',
  when: 'Neither the store nor its upstream has such a package version.',
})
export class PackageQuarantineController {
  constructor(private readonly quarantinePackage: QuarantinePackage) {}

  @Put()
  @ApiOperation({
    operationId: 'quarantinePackageVersion',
    summary: 'Stop a package version now, at every door',
  })
  @ApiOkResponse({
    type: QuarantineFollowersBody,
    description: 'It is quarantined, and the releases that pin it.',
  })
  async quarantine(
    @Param() parameters: Record<string, string>,
    @Body() { reason }: QuarantineBody,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<QuarantineFollowersBody> {
    const decision = { reason: reason.trim(), why: null };
    return followersBody(await this.quarantinePackage.run(packageOf(parameters), decision, actorOf(caller)));
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({
    operationId: 'liftPackageQuarantine',
    summary: 'Take the quarantine of a package version back',
    description:
      'A release that is quarantined itself still holds the package versions that it brought along.',
  })
  @ApiNoContentResponse({ description: 'No moderator’s word stands against the package version itself.' })
  async lift(
    @Param() parameters: Record<string, string>,
    @Query() { reason }: ReasonQuery,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<void> {
    const decision = { reason: null, why: reason ?? null };
    await this.quarantinePackage.run(packageOf(parameters), decision, actorOf(caller));
  }
}

function packageOf({ side, name = '', version = '' }: Record<string, string>): PackageVersionName {
  if (side !== 'npm' && side !== 'python') {
    throw packageVersionNotFound({ side: 'npm', package: `${String(side)}/${name}`, version });
  }
  return { side, package: packageName(side, name), version };
}
