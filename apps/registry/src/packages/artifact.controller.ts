import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '#access';
import { OpenArtifact } from '#packages';
import { ApiHeader, ApiOperation, ApiProduces } from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { Caller, Requires } from '../platform/callers/requires.js';
import { Sight } from '../platform/callers/sight.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { artifactHeaders } from './artifact-headers.js';
import { ApiFileResponses, fileRefusals } from './file-responses.js';
import { SendBlob } from './send-blob.js';

@Controller('api/v1/artifacts')
export class ArtifactController {
  constructor(
    private readonly openArtifact: OpenArtifact,
    private readonly sendBlob: SendBlob,
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
  @ApiFileResponses()
  @Refuses(
    { kind: 'not-found', code: 'artifact-not-found', when: 'No release that you may see has it.' },
    { kind: 'forbidden', code: 'quarantined', when: 'It was withdrawn; `reason` says why.' },
    ...fileRefusals,
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
    const isOpen = found.isPublic && this.settings.values.read === 'everyone';
    const headers = artifactHeaders(filename, isOpen);
    await this.sendBlob.run(request, reply, { sha256, size: found.size, headers });
  }
}
