import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  artifactQuarantined,
  isNpmName,
  npmTarballVersion,
  packageFileNotFound,
  PackageIndex,
  PullThrough,
} from '#packages';
import type { PackumentForm, ServedFile } from '#packages';
import {
  ApiNotModifiedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
} from '../../platform/contract/api-decorators.js';
import { Refuses } from '../../platform/contract/refuses.js';
import { DocumentCache } from '../../platform/answers/document-cache.js';
import { Requires } from '../../platform/callers/requires.js';
import type { AuthenticatedRequest } from '../../platform/callers/requires.js';
import { StoreSettings } from '../../platform/settings/store-settings.js';
import { artifactHeaders } from '../artifact-headers.js';
import { NpmDocuments } from './npm-documents.js';
import { ApiFileResponses, fileRefusals } from '../file-responses.js';
import { SendBlob } from '../send-blob.js';
import { upstreamRefusals, upstreamRefuses, upstreamUnreachable } from '../upstream/upstream-refusals.js';
import { ServedFiles } from '../served-files.js';
import type { FileToServe } from '../served-files.js';

const json = { 'application/json': { schema: { type: 'object', additionalProperties: true } } } as const;
const short = 'application/vnd.npm.install-v1+json';
const packageNotFound = {
  kind: 'not-found',
  code: 'package-not-found',
  when: 'Neither the store nor its upstream has it.',
} as const;

/**
 * Reads of one npm package. Parameters are taken from the request itself, since a hit of the cache asks nothing more; a
 * scoped name is one part of the path (see `npmAddress`).
 */
@Controller('npm')
@ApiParam({
  name: 'package',
  example: '@cloudve/kube',
  description: 'With its scope; the slash may be encoded.',
})
export class NpmController {
  constructor(
    private readonly documents: DocumentCache,
    private readonly npmDocuments: NpmDocuments,
    private readonly index: PackageIndex,
    private readonly pullThrough: PullThrough,
    private readonly files: ServedFiles,
    private readonly sendBlob: SendBlob,
    private readonly settings: StoreSettings,
  ) {}

  @Get(':package')
  @Requires('read')
  @ApiOperation({
    operationId: 'getNpmPackument',
    summary: 'The versions of an npm package',
    description: 'Whole, or in npm’s abbreviated form where `Accept` asks for that.',
  })
  @ApiQuery({
    name: 'write',
    required: false,
    description: '`true`: as `npm deprecate` and `npm owner` change it.',
  })
  @ApiOkResponse({ content: { ...json, [short]: json['application/json'] } })
  @ApiNotModifiedResponse()
  @Refuses(packageNotFound, upstreamUnreachable, upstreamRefuses)
  packument(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void | Promise<void> {
    const { package: name } = request.params as { package: string };
    const form = formOf(request);
    return this.documents.answer(request, reply, `npm:${name}`, form, () =>
      this.npmDocuments.packument(name, form, request.headers.via),
    );
  }

  @Get(':package/:version')
  @Requires('read')
  @ApiParam({ name: 'version', example: '1.0.0', description: 'A version, or a dist-tag.' })
  @ApiOperation({ operationId: 'getNpmVersion', summary: 'One version of an npm package' })
  @ApiOkResponse({ content: json })
  @ApiNotModifiedResponse()
  @Refuses(
    packageNotFound,
    { kind: 'not-found', code: 'package-version-not-found', when: 'There is no such version or tag.' },
    { kind: 'forbidden', code: 'quarantined', when: 'It was withdrawn; `reason` says why.' },
    upstreamUnreachable,
    upstreamRefuses,
  )
  version(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void | Promise<void> {
    const { package: name, version } = request.params as { package: string; version: string };
    return this.documents.answer(request, reply, `npm:${name}`, `version ${version}`, () =>
      this.npmDocuments.version(name, version, request.headers.via),
    );
  }

  @Get('-/package/:package/dist-tags')
  @Requires('read')
  @ApiOperation({ operationId: 'getNpmDistTags', summary: 'The dist-tags of an npm package' })
  @ApiOkResponse({ content: json })
  @ApiNotModifiedResponse()
  @Refuses(packageNotFound, upstreamUnreachable, upstreamRefuses)
  tags(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void | Promise<void> {
    const { package: name } = request.params as { package: string };
    return this.documents.answer(request, reply, `npm:${name}`, 'tags', () =>
      this.npmDocuments.tags(name, request.headers.via),
    );
  }

  /** Also answers HEAD. */
  @Get(':package/-/:filename')
  @Requires('read')
  @ApiParam({
    name: 'filename',
    example: 'kube-1.0.0.tgz',
    description: 'The name without its scope, and the version.',
  })
  @ApiOperation({
    operationId: 'getNpmTarball',
    summary: 'The tarball of a version',
    description: 'It never changes: keep it. One range of bytes can be asked for.',
  })
  @ApiFileResponses()
  @Refuses(
    { kind: 'not-found', code: 'package-file-not-found', when: 'There is no such version.' },
    { kind: 'forbidden', code: 'quarantined', when: 'It was withdrawn; `reason` says why.' },
    ...fileRefusals,
    ...upstreamRefusals,
  )
  tarball(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void | Promise<void> {
    const { package: name, filename } = request.params as { package: string; filename: string };
    const kept = this.files.kept('npm', name, filename);
    if (kept) return this.send(request, reply, kept, filename);
    return this.files
      .find('npm', name, filename, () => this.find(name, filename, request.headers.via))
      .then((file) => this.send(request, reply, file, filename));
  }

  /** The store's own; else, where the store doesn't own the name, upstream's. */
  private async find(name: string, filename: string, via: string | undefined): Promise<ServedFile> {
    if (!isNpmName(name)) throw packageFileNotFound(name, filename);
    const found =
      typeof (await this.index.owner('npm', name)) === 'string'
        ? await this.own(name, filename)
        : await this.pullThrough.file('npm', name, filename.slice(filename.indexOf('/') + 1), via);
    if (!found) throw packageFileNotFound(name, filename);
    return found;
  }

  private async own(name: string, filename: string): Promise<ServedFile | undefined> {
    const version = npmTarballVersion(name, filename);
    return version === undefined ? undefined : await this.index.tarball(name, version);
  }

  private send(
    request: AuthenticatedRequest,
    reply: FastifyReply,
    { sha256, size, quarantined }: FileToServe,
    filename: string,
  ): void | Promise<void> {
    if (quarantined) throw artifactQuarantined(filename, quarantined.reason);
    const headers = tarballHeaders(filename, this.settings.values.read === 'everyone');
    return this.sendBlob.run(request, reply, { sha256, size, headers });
  }
}

/** npm itself takes any type; what looks into archives on the way must not unpack one. */
function tarballHeaders(filename: string, isPublic: boolean): Record<string, string> {
  const name = filename.slice(filename.indexOf('/') + 1);
  return { ...artifactHeaders(name, isPublic), 'content-type': 'application/octet-stream' };
}

/** What npm itself sends where it installs: nothing can be wanted more. */
const npmsOwnWish = /^application\/vnd\.npm\.install-v1\+json(?:; *q=1(?:\.0)?)? *(?:,|$)/;

function formOf({ headers: { accept }, query }: AuthenticatedRequest): PackumentForm {
  if ((query as { write?: unknown }).write === 'true') return 'write';
  if (accept === undefined || !accept.includes(short)) return 'full';
  if (npmsOwnWish.test(accept)) return 'short';
  return qualityOf(accept, short) >= qualityOf(accept, 'application/json') ? 'short' : 'full';
}

/** How much the client wants a type that it names; 0 where it doesn't (RFC 9110, section 12.4.2). */
function qualityOf(accept: string, type: string): number {
  const range = accept.split(',').find((part) => part.includes(type));
  if (range === undefined) return 0;
  const quality = /;\s*q=([0-9.]+)/.exec(range)?.[1];
  return quality === undefined ? 1 : Number(quality);
}
