import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { frontendFileNotFound, OpenFrontend } from '#install';
import { RegistryError } from '#kernel';
import { UnpackedTarballs } from '#packages';
import {
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiResponse,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { pluginOf } from '../platform/answers/plugin-documents.js';
import { prepareBytes } from '../platform/answers/prepare-bytes.js';
import { Requires } from '../platform/callers/requires.js';
import type { AuthenticatedRequest } from '../platform/callers/requires.js';
import { Sight } from '../platform/callers/sight.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { frontendHeaders } from './frontend-headers.js';

const file = { schema: { type: 'string', format: 'binary' } } as const;

/** The compiled front ends of releases, file by file: what `base_url` of a manifest points to. */
@Controller('web/:publisher/:plugin/:version')
@ApiParam({ name: 'publisher', example: 'galaxy', description: 'In any spelling.' })
@ApiParam({ name: 'plugin', example: 'kubeplugin', description: 'In any spelling.' })
@ApiParam({ name: 'version', example: '1.0.0', description: 'Exactly this version: no channel.' })
export class FrontendController {
  constructor(
    private readonly openFrontend: OpenFrontend,
    private readonly tarballs: UnpackedTarballs,
    private readonly sight: Sight,
    private readonly settings: StoreSettings,
  ) {}

  /** Also answers HEAD. */
  @Get('*')
  @Requires('read')
  @ApiOperation({
    operationId: 'getFrontendFile',
    summary: 'A file of a release’s front end',
    description:
      'By the npm package, with its scope, and the path in it: `base_url` and a `path` of `files` in the manifest, which has the integrity (W3C SRI) of every file. It never changes: keep it. One range of bytes can be asked for.',
  })
  @ApiParam({
    name: 'path',
    example: '@cloudve/kube/dist/index.js',
    description: 'The npm package, a slash, and the path in it.',
  })
  @ApiHeader({ name: 'Range', required: false, example: 'bytes=0-1023' })
  @ApiProduces('application/octet-stream')
  @ApiResponse({ status: 200, description: 'The whole.', content: { 'application/octet-stream': file } })
  @ApiResponse({ status: 206, description: 'The range.', content: { 'application/octet-stream': file } })
  @ApiResponse({ status: 304, description: 'You have it already (If-None-Match).' })
  @Refuses(
    { kind: 'not-found', code: 'frontend-not-found', when: 'No release that you may see has it.' },
    { kind: 'not-found', code: 'file-not-found', when: 'The package has no such file.' },
    { kind: 'forbidden', code: 'quarantined', when: 'The release was withdrawn; `reason` says why.' },
    { kind: 'forbidden', code: 'not-trusted', when: 'The release is untrusted: its code is not served.' },
    { kind: 'forbidden', code: 'service-worker', when: 'A page means to make it its service worker.' },
    { kind: 'range-not-satisfiable', code: 'range-not-satisfiable', when: 'The range lies behind the end.' },
    { kind: 'unavailable', code: 'storage-full', when: 'There is no room to unpack the front end.' },
    {
      kind: 'unavailable',
      code: 'blob-store-unavailable',
      when: 'What keeps the bytes does not answer: ask again after Retry-After.',
    },
  )
  async get(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): Promise<void> {
    // Who is one decides on every request to its origin, which here is the store's own.
    if (request.headers['service-worker'] !== undefined) throw serviceWorker();
    const { version, '*': rest } = request.params as { version: string; '*': string };
    const { npmPackage, path } = placeOf(rest);
    const { sha256, isPublic } = await this.openFrontend.run({
      plugin: pluginOf(request),
      version,
      npmPackage,
      seesUnapproved: () => this.seesUnapproved(request),
    });
    const found = await this.tarballs.find(sha256, path);
    if (!found) throw frontendFileNotFound(npmPackage, path);
    const due = prepareBytes(request, reply, {
      etag: `"${found.integrity}"`,
      size: found.size,
      headers: frontendHeaders(path, isPublic && this.settings.values.read === 'everyone'),
    });
    due?.send(await found.open(due.range));
  }

  private async seesUnapproved(request: AuthenticatedRequest): Promise<boolean> {
    const { principal } = request;
    return principal.kind === 'account' && this.sight.seesAll(principal, pluginOf(request));
  }
}

/** A package, with its scope where it has one, and what follows it. */
function placeOf(rest: string): { npmPackage: string; path: string } {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(rest)?.[0] ?? '';
  return { npmPackage: name, path: rest.slice(name.length + 1) };
}

const serviceWorker = (): RegistryError =>
  new RegistryError(
    'forbidden',
    'service-worker',
    'Front ends of plugins can be no service workers of the store: copy the file to an origin of your own.',
  );
