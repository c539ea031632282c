import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { normalizePythonName } from '#packages';
import { ApiOperation, ApiProduces } from '../../platform/contract/api-decorators.js';
import { Refuses } from '../../platform/contract/refuses.js';
import { DocumentCache } from '../../platform/answers/document-cache.js';
import { Requires } from '../../platform/callers/requires.js';
import { StoreSettings } from '../../platform/settings/store-settings.js';
import { artifactHeaders } from '../artifact-headers.js';
import { PythonFiles } from './python-files.js';
import { ApiFileResponses, fileRefusals } from '../file-responses.js';
import { SendBlob } from '../send-blob.js';
import type { FileToServe } from '../served-files.js';
import { upstreamRefusals } from '../upstream/upstream-refusals.js';

const metadataEnding = '.metadata';

/** The files of Python projects, at the addresses that the pages of the index give. */
@Controller('pypi/files')
export class PythonFilesController {
  constructor(
    private readonly files: PythonFiles,
    private readonly sendBlob: SendBlob,
    private readonly documents: DocumentCache,
    private readonly settings: StoreSettings,
  ) {}

  /** Also answers HEAD. */
  @Get(':project/:filename')
  @Requires('read')
  @ApiOperation({
    operationId: 'getPythonFile',
    summary: 'A file of a Python project',
    description:
      'A wheel or sdist; with `.metadata` behind a wheel’s name, its METADATA file (PEP 658). It never changes: keep it. One range of bytes of a file can be asked for.',
  })
  @ApiProduces('application/octet-stream')
  @ApiFileResponses()
  @Refuses(
    { kind: 'not-found', code: 'package-file-not-found', when: 'The project has no such file.' },
    { kind: 'forbidden', code: 'quarantined', when: 'It was withdrawn; `reason` says why.' },
    ...upstreamRefusals,
    ...fileRefusals,
  )
  get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void | Promise<void> {
    const { project, filename } = request.params as { project: string; filename: string };
    if (filename.endsWith(metadataEnding)) return this.metadata(request, reply, project, filename);
    const found = this.files.file(project, filename, request.headers.via);
    if (found instanceof Promise) return found.then((file) => this.send(request, reply, file, filename));
    return this.send(request, reply, found, filename);
  }

  private send(
    request: FastifyRequest,
    reply: FastifyReply,
    { sha256, size }: FileToServe,
    filename: string,
  ): void | Promise<void> {
    return this.sendBlob.run(request, reply, { sha256, size, headers: this.headersOf(filename) });
  }

  private metadata(
    request: FastifyRequest,
    reply: FastifyReply,
    project: string,
    filename: string,
  ): void | Promise<void> {
    const headers = this.headersOf(filename);
    const wheel = filename.slice(0, -metadataEnding.length);
    const subject = `python:${normalizePythonName(project)}`;
    return this.documents.answer(request, reply, subject, filename, async () => ({
      body: await this.files.metadata(project, wheel, request.headers.via),
      contentType: headers['content-type'] ?? '',
      headers,
    }));
  }

  private headersOf(filename: string): Record<string, string> {
    return artifactHeaders(filename, this.settings.values.read === 'everyone');
  }
}
