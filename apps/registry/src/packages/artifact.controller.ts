import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { Principal } from '#access';
import { RegistryError } from '#kernel';
import { BlobStore, OpenArtifact } from '#packages';
import type { FoundArtifact } from '#packages';
import { parseByteRange } from '../platform/byte-range.js';
import { ApiHeader, ApiOperation, ApiProduces, ApiResponse } from '../platform/contract/api-decorators.js';
import { namesTag } from '../platform/entity-tag.js';
import { Refuses } from '../platform/contract/refuses.js';
import { Caller, Requires } from '../platform/requires.js';
import { Sight } from '../platform/sight.js';
import { StoreSettings } from '../platform/store-settings.js';
import { artifactHeaders } from './artifact-headers.js';

const file = { schema: { type: 'string', format: 'binary' } } as const;

@Controller('api/v1/artifacts')
export class ArtifactController {
  constructor(
    private readonly openArtifact: OpenArtifact,
    private readonly blobs: BlobStore,
    private readonly sight: Sight,
    private readonly settings: StoreSettings,
  ) {}

  /** Also answers HEAD. */
  @Get(':sha256/:filename')
  @Requires('read')
  @ApiOperation({
    operationId: 'getArtifact',
    summary: 'The bytes of an artifact',
    description:
      'A wheel, sdist, npm tarball, icon or lock of a release that you may see. It never changes: keep it. One range of bytes can be asked for.',
  })
  @ApiHeader({ name: 'Range', required: false, example: 'bytes=0-1023' })
  @ApiProduces('application/octet-stream')
  @ApiResponse({ status: 200, description: 'The whole.', content: { 'application/octet-stream': file } })
  @ApiResponse({ status: 206, description: 'The range.', content: { 'application/octet-stream': file } })
  @ApiResponse({ status: 304, description: 'You have it already (If-None-Match).' })
  @Refuses(
    { kind: 'not-found', code: 'artifact-not-found', when: 'No release that you may see has it.' },
    { kind: 'forbidden', code: 'quarantined', when: 'It was withdrawn; `reason` says why.' },
    { kind: 'range-not-satisfiable', code: 'range-not-satisfiable', when: 'The range lies behind the end.' },
  )
  async get(
    @Param('sha256') sha256: string,
    @Param('filename') filename: string,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const found = await this.openArtifact.run({
      sha256,
      filename,
      seesUnapproved: async (plugin) => caller.kind === 'account' && this.sight.seesAll(caller, plugin),
    });
    const etag = `"${sha256}"`;
    const isOpen = found.isPublic && this.settings.values.read === 'everyone';
    const headers = artifactHeaders(filename, etag, isOpen);
    if (namesTag(request.headers['if-none-match'], etag)) {
      await reply.status(304).headers(headers).send();
      return;
    }
    await this.send(request, reply, { ...found, sha256, etag, headers });
  }

  private async send(request: FastifyRequest, reply: FastifyReply, artifact: SentArtifact): Promise<void> {
    const { sha256, size, etag } = artifact;
    const condition = request.headers['if-range'];
    const isCurrent = condition === undefined || condition === etag;
    const range = isCurrent ? parseByteRange(request.headers.range, size) : undefined;
    if (range === 'unsatisfiable') {
      reply.header('content-range', `bytes */${size}`);
      throw rangeNotSatisfiable(size);
    }
    const length = range ? range.end - range.start + 1 : size;
    const body = request.method === 'HEAD' ? Readable.from([]) : await this.blobs.open(sha256, range);
    reply.headers(artifact.headers).header('content-length', length);
    if (range) reply.status(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
    await reply.send(body);
  }
}

interface SentArtifact extends FoundArtifact {
  readonly sha256: string;
  readonly etag: string;
  readonly headers: Record<string, string>;
}

const rangeNotSatisfiable = (size: number): RegistryError =>
  new RegistryError(
    'range-not-satisfiable',
    'range-not-satisfiable',
    `The artifact has ${size} bytes, and the range begins behind them: ask for another, or for the whole.`,
    { details: { size } },
  );
