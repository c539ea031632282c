import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { actorOf, requireReach } from '#access';
import type { AccountPrincipal } from '#access';
import { ImportDescriptors } from '#catalog';
import { limits, parsePublisherName } from '#kernel';
import { Staging } from '#packages';
import { tarRefusals } from '../packages/artifact-refusals.js';
import { AtMost } from '../platform/requests/at-most.js';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  schemaPath,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { admitAgain, CallerAccount, Requires } from '../platform/callers/requires.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { readImportEntries } from './import-entries.js';
import { ImportBody, importBody, ImportFormBody } from './import.body.js';

const tar = { schema: { type: 'string', format: 'binary' } } as const;

@Controller('api/v1/publishers/:publisher/imports')
@ApiExtraModels(ImportFormBody)
export class ImportController {
  constructor(
    private readonly importDescriptors: ImportDescriptors,
    private readonly staging: Staging,
    private readonly settings: StoreSettings,
  ) {}

  @Post()
  @HttpCode(200)
  @Requires('publish')
  @AtMost(limits.importsAtOnce, 'imports')
  @ApiOperation({
    operationId: 'importDescriptors',
    summary: 'Publish many descriptors, or one that has several versions',
    description:
      'One file, several as parts of a form, or a tar of them (gzip too). Each release is published by itself, and the same import again changes nothing. Versions that aren’t SemVer keep their label, and get the next free 0.0.N.',
  })
  @ApiConsumes('application/yaml', 'multipart/form-data', 'application/x-tar', 'application/gzip')
  @ApiBody({
    required: true,
    content: {
      'application/yaml': { schema: { type: 'string' } },
      'multipart/form-data': { schema: { $ref: schemaPath(ImportFormBody) } },
      'application/x-tar': tar,
      'application/gzip': tar,
    },
  } as never)
  @ApiOkResponse({ type: ImportBody })
  @Refuses(
    ...tarRefusals,
    { kind: 'invalid', code: 'nothing-to-import', when: 'There is no file in the body.' },
    { kind: 'invalid', code: 'multipart-malformed', when: 'The form can’t be read.' },
    { kind: 'invalid', code: 'too-many-parts', when: 'The form has more files than an import may have.' },
    { kind: 'too-large', code: 'artifact-too-large', when: 'The tar is larger than this route takes.' },
    { kind: 'too-large', code: 'archive-bomb', when: 'The tar unpacks to more than the store takes.' },
    { kind: 'too-large', code: 'descriptor-too-large', when: 'A descriptor is larger than 1 MiB.' },
    { kind: 'too-large', code: 'too-many-entries', when: 'The tar has more files than an import may have.' },
    {
      kind: 'unsupported-media-type',
      code: 'unsupported-media-type',
      when: 'The body is none of these types.',
    },
    { kind: 'unavailable', code: 'storage-full', when: 'There is no room.' },
  )
  async import(
    @Param('publisher') publisherName: string,
    @CallerAccount() caller: AccountPrincipal,
    @Req() request: FastifyRequest,
  ): Promise<ImportBody> {
    const publisher = parsePublisherName(publisherName);
    const entries = await readImportEntries(request, this.staging);
    await admitAgain(request);
    const outcomes = await this.importDescriptors.run({
      publisher,
      actor: actorOf(caller),
      requireReach: (plugin) => requireReach(caller, publisher, plugin),
      entries,
    });
    return importBody(outcomes, this.settings.publicUrl);
  }
}
