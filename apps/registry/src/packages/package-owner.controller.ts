import { Body, Controller, Get, HttpCode, Param, Put } from '@nestjs/common';
import { actorOf, Principals } from '#access';
import type { AccountPrincipal, Principal } from '#access';
import { normalizeName } from '#kernel';
import { GrantPackageName, normalizePythonName, packageNotFound, PackageIndex } from '#packages';
import type { PackageSide } from '#packages';
import {
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { Caller, CallerAccount, Requires } from '../platform/callers/requires.js';
import { PackageBody, PackageOwnerBody } from './package-owner.body.js';

const notFound = {
  kind: 'not-found',
  code: 'package-not-found',
  when: 'The store has nothing of that name that the caller may see.',
} as const;

/** Whose the names of packages are. */
@Controller('api/v1/packages/:side/:name')
@ApiParam({ name: 'side', enum: ['npm', 'python'], example: 'npm' })
@ApiParam({ name: 'name', example: '@cloudve/kube', description: 'Encoded: `@cloudve%2Fkube`.' })
export class PackageOwnerController {
  constructor(
    private readonly index: PackageIndex,
    private readonly grantPackageName: GrantPackageName,
    private readonly principals: Principals,
  ) {}

  @Get()
  @Requires('read')
  @ApiOperation({ operationId: 'getPackage', summary: 'Whose a package is' })
  @ApiOkResponse({ type: PackageBody })
  @Refuses(notFound)
  async get(
    @Param('side') written: string,
    @Param('name') writtenName: string,
    @Caller() caller: Principal,
  ): Promise<PackageBody> {
    const side = sideOf(written, writtenName);
    const name = side === 'npm' ? writtenName : normalizePythonName(writtenName);
    const publisher = await this.index.owner(side, name);
    if (publisher === undefined || !(await this.maySee(side, name, publisher, caller)))
      throw packageNotFound(name);
    return { side, name, publisher };
  }

  @Put('owner')
  @HttpCode(204)
  @Requires('administer')
  @ApiOperation({
    operationId: 'grantPackageName',
    summary: 'Give a package’s name to a publisher',
    description:
      'The name may be new, upstream’s, or another publisher’s. From then on nothing of upstream is served under it; releases that pinned what was pulled keep their artifacts.',
  })
  @ApiNoContentResponse({ description: 'The name is the publisher’s.' })
  @Refuses(
    { kind: 'not-found', code: 'publisher-not-found', when: 'There is no such publisher.' },
    { kind: 'invalid', code: 'invalid-package-name', when: 'No package of that side can have the name.' },
    notFound,
  )
  async grant(
    @Param('side') written: string,
    @Param('name') name: string,
    @Body() { publisher, reason }: PackageOwnerBody,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<void> {
    const grant = {
      side: sideOf(written, name),
      name,
      publisher: normalizeName(publisher),
      reason: reason?.trim() ?? null,
    };
    await this.grantPackageName.run(grant, actorOf(caller));
  }

  /** A name that only came with releases nobody approved is known to those who published them. */
  private async maySee(
    side: PackageSide,
    name: string,
    publisher: string | null,
    caller: Principal,
  ): Promise<boolean> {
    if (publisher === null || (await this.index.find(side, name)) !== undefined) return true;
    if (caller.kind !== 'account') return false;
    if (caller.roles.length > 0) return true;
    return (await this.principals.memberRole(publisher, caller.accountId)) !== undefined;
  }
}

function sideOf(written: string, name: string): PackageSide {
  if (written === 'npm' || written === 'python') return written;
  throw packageNotFound(`${written}/${name}`);
}
