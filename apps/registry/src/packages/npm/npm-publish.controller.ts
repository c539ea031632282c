import { Controller, HttpCode, Param, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { requireScope } from '#access';
import type { AccountPrincipal } from '#access';
import { limits } from '#kernel';
import {
  ChangeNpmPackage,
  parseNpmChange,
  parseNpmName,
  parseNpmPublication,
  UploadPackage,
} from '#packages';
import type { NpmDocument, NpmPublication, Uploaded } from '#packages';
import { AtMost } from '../../platform/requests/at-most.js';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '../../platform/contract/api-decorators.js';
import { Refuses } from '../../platform/contract/refuses.js';
import { ReadsOwnBody } from '../../platform/requests/reads-own-body.js';
import { admitAgain, CallerAccount, Requires } from '../../platform/callers/requires.js';
import { StoreSettings } from '../../platform/settings/store-settings.js';
import { npmChangeRefusals } from './npm-change-refusals.js';
import { npmPublishRefusals } from './npm-publish-refusals.js';
import { ReadNpmRequest } from './read-npm-request.js';
import { Uploaders } from '../uploaders.js';

/** `npm publish`, and what else npm writes to a package's own address. */
@Controller('npm')
export class NpmPublishController {
  constructor(
    private readonly uploadPackage: UploadPackage,
    private readonly uploaders: Uploaders,
    private readonly changePackage: ChangeNpmPackage,
    private readonly readRequest: ReadNpmRequest,
    private readonly settings: StoreSettings,
  ) {}

  @Put(':package')
  @HttpCode(201)
  @Requires('write-package')
  @ReadsOwnBody()
  @AtMost(limits.publishesAtOnce, 'publishes')
  @ApiOperation({
    operationId: 'npmPublish',
    summary: 'npm publish, npm deprecate',
    description:
      'The document that npm clients send. With a tarball it publishes one version, and the same again is 200; without, each of its versions may say that it is `deprecated`.',
  })
  @ApiCreatedResponse({ description: 'Published.' })
  @ApiOkResponse({ description: 'The same was published before; or what was deprecated is.' })
  @Refuses(...npmPublishRefusals, ...npmChangeRefusals, {
    kind: 'forbidden',
    code: 'scope-needed',
    when: 'The token lacks the scope `publish`, or `manage` for what changes no bytes.',
  })
  async write(
    @Param('package') written: string,
    @CallerAccount() caller: AccountPrincipal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = parseNpmName(written);
    const document = await this.readRequest.withTarball(request, caller);
    if (document.tarballs.length === 0) {
      await this.change(name, document, caller);
      reply.status(200);
      return { ok: true };
    }
    try {
      await admitAgain(request);
      return await this.publish(name, document, caller, reply);
    } finally {
      await Promise.all(document.tarballs.map(({ file }) => file.discard()));
    }
  }

  private async change(name: string, document: NpmDocument, caller: AccountPrincipal): Promise<void> {
    requireScope(caller, 'manage');
    const change = parseNpmChange(document);
    await this.changePackage.run({ name, change, revision: null, who: await this.uploaders.of(caller) });
  }

  private async publish(
    name: string,
    document: NpmDocument,
    caller: AccountPrincipal,
    reply: FastifyReply,
  ): Promise<object> {
    const { hasProvenance, wantsRestricted, ...publication } = parseNpmPublication(document, name);
    const uploader = await this.uploaders.of(caller);
    const uploaded = await this.uploadPackage.run({ side: 'npm', name, uploader, ...publication });
    const notice = this.noticeOn(uploaded, { hasProvenance, wantsRestricted });
    if (notice !== '') reply.header('npm-notice', notice);
    if (uploaded.outcome === 'unchanged') reply.status(200);
    return { ok: true, id: name, version: uploaded.artifact.version };
  }

  /** What npm prints for the person who publishes. */
  private noticeOn(
    { artifact, publisher, outcome }: Uploaded,
    sent: Pick<NpmPublication, 'hasProvenance' | 'wantsRestricted'>,
  ): string {
    const notices: string[] = [];
    if (outcome === 'unchanged')
      notices.push('The same was published before. Its tags stay as they are: npm dist-tag add moves them.');
    const isPlugin = artifact.kind === 'tarball' && artifact.files.some(({ path }) => path === 'plugin.yaml');
    if (isPlugin) {
      const source = `npm:${artifact.package}@${artifact.version}`;
      notices.push(
        `The tarball has a plugin.yaml. To publish the plugin that it describes: POST ${this.settings.publicUrl}/api/v1/publishers/${publisher}/releases?from=${source}`,
      );
    }
    if (sent.hasProvenance)
      notices.push('The provenance statement was not kept: this store has no place for it.');
    if (sent.wantsRestricted) {
      notices.push(
        'Access is not decided by package here: whoever may read this store may read this package. Its administrator decides who that is (MORTISE_READ).',
      );
    }
    return notices.join(' ');
  }
}
