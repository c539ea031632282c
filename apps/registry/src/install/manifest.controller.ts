import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { RegistryError } from '#kernel';
import {
  ApiExtraModels,
  ApiNotModifiedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  schemaPath,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { PluginDocuments } from '../platform/answers/plugin-documents.js';
import { Requires } from '../platform/callers/requires.js';
import type { AuthenticatedRequest } from '../platform/callers/requires.js';
import { ManifestBody, ManifestInterfaceBody } from './manifest.body.js';
import { ManifestDocuments } from './manifest-documents.js';
import type { ManifestForm } from './manifest-documents.js';

const refusals = [
  { kind: 'not-found', code: 'plugin-not-found', when: 'There is no such plugin.' },
  { kind: 'not-found', code: 'version-not-found', when: 'There is no such version or channel.' },
  {
    kind: 'not-found',
    code: 'no-suitable-version',
    when: '`latest` was asked for, and nothing is approved and active.',
  },
  { kind: 'invalid', code: 'invalid-parameter', when: '`trust` is neither `trusted` nor `untrusted`.' },
  { kind: 'forbidden', code: 'quarantined', when: 'The release is quarantined; the reason is told.' },
  {
    kind: 'forbidden',
    code: 'not-trusted',
    when: 'It is untrusted, and an interface would be left without any.',
  },
  { kind: 'conflict', code: 'not-installable', when: 'The entry names components without packages.' },
  { kind: 'conflict', code: 'yanked', when: 'The channel points to a release that was yanked.' },
] as const;

const lockRefusals = [
  ...refusals.filter(({ code }) => !['invalid-parameter', 'not-trusted', 'not-installable'].includes(code)),
  { kind: 'not-found', code: 'lock-not-found', when: 'No lock came with the release.' },
] as const;

const TrustParameter = (): MethodDecorator =>
  ApiQuery({
    name: 'trust',
    required: false,
    enum: ['trusted', 'untrusted'],
    description: 'How far the host trusts the plugin: less than the store, never more.',
  });

/** Parameters are taken from the request itself, since a hit of the cache asks nothing more. */
@Controller('api/v1/plugins/:publisher/:plugin/versions/:version')
@ApiParam({ name: 'publisher', example: 'galaxy', description: 'In any spelling.' })
@ApiParam({ name: 'plugin', example: 'kubeplugin', description: 'In any spelling.' })
@ApiParam({ name: 'version', example: '1.0.0', description: 'A version, `latest`, or a channel.' })
export class ManifestController {
  constructor(
    private readonly documents: PluginDocuments,
    private readonly manifests: ManifestDocuments,
  ) {}

  @Get('manifest')
  @Requires('read')
  @TrustParameter()
  @ApiExtraModels(ManifestBody, ManifestInterfaceBody)
  @ApiOperation({
    summary: 'Get the install manifest',
    description: '`{version}` may be `latest` or a channel. JSON, or YAML when `Accept` asks for it.',
  })
  @ApiOkResponse({
    content: {
      'application/json': { schema: { $ref: schemaPath(ManifestBody) } },
      'application/yaml': { schema: { type: 'string' } },
    },
  })
  @ApiNotModifiedResponse()
  @Refuses(...refusals)
  manifest(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void | Promise<void> {
    const form = wantsYaml(request.headers.accept) ? 'yaml' : 'json';
    return this.answer(request, reply, form);
  }

  @Get('manifest.jws')
  @Requires('read')
  @TrustParameter()
  @ApiOperation({
    summary: 'Get the signed install manifest',
    description:
      'A compact JWS (RFC 7515, EdDSA) whose payload is the JSON manifest’s bytes; the keys are at `/.well-known/jwks.json`. It holds for 7 days.',
  })
  @ApiOkResponse({ content: { 'application/jose': { schema: { type: 'string' } } } })
  @ApiNotModifiedResponse()
  @Refuses(...refusals)
  signed(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.answer(request, reply, 'jws');
  }

  @Get('pylock.toml')
  @Requires('read')
  @ApiOperation({
    summary: 'Get the lock of what the back end needs',
    description:
      'The pylock.toml (PEP 751) that came with the release, with every file at its address in this store; the manifest has its digest. As it was published it is among the artifacts.',
  })
  @ApiOkResponse({ content: { 'application/toml': { schema: { type: 'string' } } } })
  @ApiNotModifiedResponse()
  @Refuses(...lockRefusals)
  lock(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void | Promise<void> {
    const { version } = request.params as { version: string };
    return this.documents.answer(request, reply, `lock ${version}`, ({ plugin, seesAll }) =>
      this.manifests.makeLock(plugin, version, seesAll),
    );
  }

  private answer(
    request: AuthenticatedRequest,
    reply: FastifyReply,
    form: ManifestForm,
  ): void | Promise<void> {
    const { version } = request.params as { version: string };
    const trust = trustIn(request);
    return this.documents.answer(
      request,
      reply,
      `manifest ${version} ${form} ${trust}`,
      ({ plugin, seesAll }) => this.manifests.make(plugin, { version, form, trust }, seesAll),
    );
  }
}

/** How far the host trusts the plugin, by the request. Throws `invalid-parameter`. */
function trustIn(request: AuthenticatedRequest): 'trusted' | 'untrusted' {
  const { trust = 'trusted' } = request.query as { trust?: string };
  if (trust === 'trusted' || trust === 'untrusted') return trust;
  throw new RegistryError('invalid', 'invalid-parameter', '"trust" is "trusted" or "untrusted".', {
    details: { parameter: 'trust' },
  });
}

/** Whether YAML is named before JSON; anything else gets JSON. */
function wantsYaml(accept: string | undefined): boolean {
  if (accept === undefined || !/yaml/i.test(accept)) return false;
  const qualityOf = (pattern: RegExp): number => {
    const range = accept.split(',').find((part) => pattern.test(part));
    if (range === undefined) return 0;
    const quality = /;\s*q=([0-9.]+)/.exec(range)?.[1];
    return quality === undefined ? 1 : Number(quality);
  };
  return qualityOf(/yaml/i) > qualityOf(/application\/json/i);
}
