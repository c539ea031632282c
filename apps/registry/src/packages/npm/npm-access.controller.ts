import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { AccountPrincipal } from '#access';
import { limits } from '#kernel';
import {
  PackageIndex,
  packageNotFound,
  PackageRights,
  PackageUpkeep,
  parseNpmAccess,
  parseNpmName,
} from '#packages';
import { ApiOkResponse, ApiOperation } from '../../platform/contract/api-decorators.js';
import { Refuses } from '../../platform/contract/refuses.js';
import { CallerAccount, Requires } from '../../platform/callers/requires.js';
import { StoreSettings } from '../../platform/settings/store-settings.js';
import { noPackageName, npmChangeRefusals } from './npm-change-refusals.js';
import { Uploaders } from '../uploaders.js';

const packageMissing = {
  kind: 'not-found',
  code: 'package-not-found',
  when: 'There is no such package.',
} as const;

/** `npm access`: who may read a package, and who may write to it. */
@Controller('npm/-')
export class NpmAccessController {
  constructor(
    private readonly index: PackageIndex,
    private readonly rights: PackageRights,
    private readonly upkeep: PackageUpkeep,
    private readonly uploaders: Uploaders,
    private readonly settings: StoreSettings,
  ) {}

  @Get('package/:package/visibility')
  @Requires('read')
  @ApiOperation({ operationId: 'npmVisibility', summary: 'npm access get status' })
  @ApiOkResponse({ description: 'Whether everybody may read it, as they may all of the store.' })
  @Refuses(noPackageName, packageMissing)
  async visibility(@Param('package') written: string): Promise<{ public: boolean }> {
    const name = parseNpmName(written);
    if (!(await this.index.find('npm', name))) throw packageNotFound(name);
    return { public: this.settings.values.read === 'everyone' };
  }

  @Get('package/:package/collaborators')
  @Requires('read')
  @ApiOperation({ operationId: 'npmCollaborators', summary: 'npm access list collaborators' })
  @ApiOkResponse({ description: 'Usernames, each with `write`.' })
  @Refuses(noPackageName, packageMissing)
  async collaborators(@Param('package') written: string): Promise<Record<string, 'write'>> {
    const name = parseNpmName(written);
    const found = await this.index.find('npm', name);
    if (!found) throw packageNotFound(name);
    return Object.fromEntries(found.maintainers.map((username) => [username, 'write']));
  }

  @Post('package/:package/access')
  @HttpCode(200)
  @Requires('manage-package')
  @ApiOperation({
    operationId: 'npmSetAccess',
    summary: 'npm access set',
    description: 'Every package is public within the store, and none asks for a second factor: that stays.',
  })
  @ApiOkResponse({ description: 'It is as it was wanted.' })
  @Refuses(
    { kind: 'invalid', code: 'restricted-not-offered', when: 'It shall be for some readers only.' },
    ...npmChangeRefusals,
  )
  async setAccess(
    @Param('package') written: string,
    @Body() body: unknown,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<{ ok: true }> {
    parseNpmAccess(body);
    await this.rights.manage('npm', parseNpmName(written), await this.uploaders.of(caller));
    return { ok: true };
  }

  @Get('org/:scope/package')
  @Requires('read')
  @ApiOperation({ operationId: 'npmOrgPackages', summary: 'npm access list packages of a publisher' })
  @ApiOkResponse({ description: 'Names, each with `write` for its members.' })
  @Refuses({ kind: 'not-found', code: 'package-not-found', when: 'It has none that may be seen.' })
  async ofPublisher(@Param('scope') publisher: string): Promise<Record<string, 'write'>> {
    return listOf(publisher, await this.upkeep.ofPublisher('npm', publisher, limits.packagesListed));
  }

  @Get('user/:username/package')
  @Requires('read')
  @ApiOperation({ operationId: 'npmUserPackages', summary: 'npm access list packages of a person' })
  @ApiOkResponse({ description: 'Names, each with `write`.' })
  @Refuses({ kind: 'not-found', code: 'package-not-found', when: 'They have none that may be seen.' })
  async ofPerson(@Param('username') username: string): Promise<Record<string, 'write'>> {
    return listOf(username, await this.upkeep.ofPerson('npm', username, limits.packagesListed));
  }
}

function listOf(whose: string, names: readonly string[]): Record<string, 'write'> {
  if (names.length === 0) throw packageNotFound(whose);
  return Object.fromEntries(names.map((name) => [name, 'write']));
}
