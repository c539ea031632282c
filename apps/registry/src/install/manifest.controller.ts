import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { IsIn, IsOptional } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '#access';
import { normalizeName, pluginId } from '#kernel';
import type { PluginId } from '#kernel';
import {
  ApiExtraModels,
  ApiNotModifiedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPropertyOptional,
  schemaPath,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { DocumentCache } from '../platform/document-cache.js';
import { Caller, Requires } from '../platform/requires.js';
import { ManifestBody, ManifestInterfaceBody } from './manifest.body.js';
import { ManifestDocuments } from './manifest-documents.js';
import type { ManifestWish } from './manifest-documents.js';

const refusals = [
  { kind: 'not-found', code: 'plugin-not-found', when: 'There is no such plugin.' },
  { kind: 'not-found', code: 'version-not-found', when: 'There is no such version or channel.' },
  {
    kind: 'not-found',
    code: 'no-suitable-version',
    when: '`latest` was asked for, and nothing is approved and active.',
  },
  { kind: 'forbidden', code: 'quarantined', when: 'The release is quarantined; the reason is told.' },
  {
    kind: 'forbidden',
    code: 'not-trusted',
    when: 'It is untrusted, and an interface would be left without any.',
  },
  { kind: 'conflict', code: 'not-installable', when: 'The entry names components without packages.' },
  { kind: 'conflict', code: 'yanked', when: 'The channel points to a release that was yanked.' },
] as const;

class ManifestQuery {
  @ApiPropertyOptional({
    enum: ['trusted', 'untrusted'],
    description: 'How far the host trusts the plugin: less than the store, never more.',
  })
  @IsOptional()
  @IsIn(['trusted', 'untrusted'])
  trust?: 'trusted' | 'untrusted';
}

@Controller('api/v1/plugins/:publisher/:plugin/versions/:version')
export class ManifestController {
  constructor(
    private readonly cache: DocumentCache,
    private readonly documents: ManifestDocuments,
  ) {}

  @Get('manifest')
  @Requires('read')
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
  manifest(
    @Caller() caller: Principal,
    @Param('publisher') publisher: string,
    @Param('plugin') name: string,
    @Param('version') version: string,
    @Query() query: ManifestQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void | Promise<void> {
    const form = wantsYaml(request.headers.accept) ? 'yaml' : 'json';
    return this.answer(
      caller,
      idOf(publisher, name),
      { version, form, trust: query.trust ?? 'trusted' },
      request,
      reply,
    );
  }

  @Get('manifest.jws')
  @Requires('read')
  @ApiOperation({
    summary: 'Get the signed install manifest',
    description:
      'A compact JWS (RFC 7515, EdDSA) whose payload is the JSON manifest’s bytes; the keys are at `/.well-known/jwks.json`. It holds for 7 days.',
  })
  @ApiOkResponse({ content: { 'application/jose': { schema: { type: 'string' } } } })
  @ApiNotModifiedResponse()
  @Refuses(...refusals)
  signed(
    @Caller() caller: Principal,
    @Param('publisher') publisher: string,
    @Param('plugin') name: string,
    @Param('version') version: string,
    @Query() query: ManifestQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void | Promise<void> {
    const wish = { version, form: 'jws', trust: query.trust ?? 'trusted' } as const;
    return this.answer(caller, idOf(publisher, name), wish, request, reply);
  }

  private answer(
    caller: Principal,
    plugin: PluginId,
    wish: ManifestWish,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void | Promise<void> {
    const make = (seesAll: boolean) => () => this.documents.make(plugin, wish, seesAll);
    if (caller.kind !== 'account') {
      const name = `manifest ${wish.version} ${wish.form} ${wish.trust}`;
      return this.cache.answer(request, reply, plugin, name, make(false));
    }
    return this.documents
      .seesAll(caller, plugin)
      .then((seesAll) => this.cache.answerUnkept(request, reply, make(seesAll)));
  }
}

const idOf = (publisher: string, name: string): PluginId =>
  pluginId(normalizeName(publisher), normalizeName(name));

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
