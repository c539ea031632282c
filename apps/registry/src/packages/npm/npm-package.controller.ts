import { Body, Controller, Delete, HttpCode, Param, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AccountPrincipal } from '#access';
import { limits, RegistryError } from '#kernel';
import {
  ChangeNpmPackage,
  parseNpmChange,
  parseNpmName,
  PointDistTag,
  RemoveDistTag,
  unpublishRefused,
} from '#packages';
import { AtMost } from '../../platform/requests/at-most.js';
import { ApiOkResponse, ApiOperation } from '../../platform/contract/api-decorators.js';
import { Refuses } from '../../platform/contract/refuses.js';
import { ReadsOwnBody } from '../../platform/requests/reads-own-body.js';
import { CallerAccount, Requires } from '../../platform/callers/requires.js';
import { noPackageName, npmChangeRefusals } from './npm-change-refusals.js';
import { ReadNpmRequest } from './read-npm-request.js';
import { Uploaders } from '../uploaders.js';

const done = { ok: true } as const;

/** What npm changes of a package, apart from publishing it. */
@Controller('npm')
export class NpmPackageController {
  constructor(
    private readonly changePackage: ChangeNpmPackage,
    private readonly pointDistTag: PointDistTag,
    private readonly removeDistTag: RemoveDistTag,
    private readonly uploaders: Uploaders,
    private readonly readRequest: ReadNpmRequest,
  ) {}

  @Put(':package/-rev/:revision')
  @Requires('manage-package')
  @ReadsOwnBody()
  @AtMost(limits.publishesAtOnce, 'publishes')
  @ApiOperation({
    operationId: 'npmChangePackage',
    summary: 'npm owner',
    description: 'Who maintains the package beside the members of its publisher.',
  })
  @ApiOkResponse({ description: 'Changed, or as it was wanted already.' })
  @Refuses(...npmChangeRefusals)
  async change(
    @Param('package') written: string,
    @Param('revision') revision: string,
    @CallerAccount() caller: AccountPrincipal,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const name = parseNpmName(written);
    const change = parseNpmChange(await this.readRequest.withoutTarball(request));
    await this.changePackage.run({ name, change, revision, who: await this.uploaders.of(caller) });
    return done;
  }

  @Delete(':package/-rev/:revision')
  @Requires('manage-package')
  @ApiOperation({ operationId: 'npmUnpublish', summary: 'npm unpublish: refused, what was published stays' })
  @Refuses(noPackageName, { kind: 'forbidden', code: 'unpublish-refused', when: 'Always.' })
  unpublish(@Param('package') written: string): never {
    throw unpublishRefused(parseNpmName(written));
  }

  @Delete(':package/-/:filename/-rev/:revision')
  @Requires('manage-package')
  @ApiOperation({
    operationId: 'npmDeleteTarball',
    summary: 'The last step of npm unpublish: refused as well',
  })
  @Refuses(noPackageName, { kind: 'forbidden', code: 'unpublish-refused', when: 'Always.' })
  deleteTarball(@Param('package') written: string): never {
    throw unpublishRefused(parseNpmName(written));
  }

  @Put('-/package/:package/dist-tags/:tag')
  @HttpCode(201)
  @Requires('manage-package')
  @ApiOperation({ operationId: 'npmPutDistTag', summary: 'npm dist-tag add' })
  @Refuses(...npmChangeRefusals)
  putTag(
    @Param('package') written: string,
    @Param('tag') tag: string,
    @Body() version: unknown,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<object> {
    return this.point(written, tag, version, caller);
  }

  @Post('-/package/:package/dist-tags/:tag')
  @HttpCode(201)
  @Requires('manage-package')
  @ApiOperation({ operationId: 'npmPostDistTag', summary: 'npm dist-tag add, as older clients say it' })
  @Refuses(...npmChangeRefusals)
  postTag(
    @Param('package') written: string,
    @Param('tag') tag: string,
    @Body() version: unknown,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<object> {
    return this.point(written, tag, version, caller);
  }

  @Delete('-/package/:package/dist-tags/:tag')
  @Requires('manage-package')
  @ApiOperation({ operationId: 'npmDeleteDistTag', summary: 'npm dist-tag rm' })
  @ApiOkResponse({ description: 'There is no such tag any more.' })
  @Refuses(...npmChangeRefusals)
  async removeTag(
    @Param('package') written: string,
    @Param('tag') tag: string,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<object> {
    await this.removeDistTag.run(parseNpmName(written), tag, await this.uploaders.of(caller));
    return done;
  }

  private async point(
    written: string,
    tag: string,
    version: unknown,
    caller: AccountPrincipal,
  ): Promise<object> {
    const name = parseNpmName(written);
    if (typeof version !== 'string' || version.length > limits.pathParameterCharacters)
      throw versionExpected();
    await this.pointDistTag.run(name, tag, version, await this.uploaders.of(caller));
    return done;
  }
}

const versionExpected = (): RegistryError =>
  new RegistryError(
    'invalid',
    'invalid-body',
    'The body is the version as a JSON string, e.g. "1.0.0" with its quotes.',
  );
