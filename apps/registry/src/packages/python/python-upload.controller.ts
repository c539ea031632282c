import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AccountPrincipal } from '#access';
import { limits, RegistryError } from '#kernel';
import {
  checkSentDigests,
  isFileTaken,
  PackageIndex,
  parsePythonUpload,
  Staging,
  UploadPackage,
} from '#packages';
import type { PythonUpload } from '#packages';
import { AtMost } from '../../platform/requests/at-most.js';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  schemaPath,
} from '../../platform/contract/api-decorators.js';
import { Refuses } from '../../platform/contract/refuses.js';
import { mediaTypeOf, unsupportedMediaType } from '../../platform/requests/media-type.js';
import { admitAgain, CallerAccount, Requires } from '../../platform/callers/requires.js';
import { readPythonUploadForm } from './python-upload-form.js';
import type { PythonUploadForm } from './python-upload-form.js';
import { PythonUploadBody } from './python-upload.body.js';
import { pythonUploadRefusals } from './python-upload-refusals.js';
import { Uploaders } from '../uploaders.js';

const about = {
  summary: 'Upload a file of a Python package',
  description:
    'The upload API of the Python index, as twine, uv and poetry use it. What is said of the package comes from the file, never from the form. The same bytes again are 200; other bytes under a file name that is taken are refused, for ever.',
} as const;

@Controller('pypi')
@ApiExtraModels(PythonUploadBody)
export class PythonUploadController {
  constructor(
    private readonly uploadPackage: UploadPackage,
    private readonly uploaders: Uploaders,
    private readonly staging: Staging,
    private readonly index: PackageIndex,
  ) {}

  @Post('legacy')
  @HttpCode(200)
  @Requires('upload')
  @AtMost(limits.publishesAtOnce, 'publishes')
  @ApiOperation({ operationId: 'uploadPythonFile', ...about })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: { $ref: schemaPath(PythonUploadBody) } })
  @ApiOkResponse({ description: 'It is kept and in the index; or the same was there before.' })
  @Refuses(...pythonUploadRefusals)
  async upload(@CallerAccount() caller: AccountPrincipal, @Req() request: FastifyRequest): Promise<string> {
    if (mediaTypeOf(request) !== 'multipart/form-data') throw unsupportedMediaType(['multipart/form-data']);
    const form = await readPythonUploadForm(request, this.staging);
    try {
      await admitAgain(request);
      const upload = parsePythonUpload(form.fields, form.filename);
      await checkSentDigests(form.file, upload.digests);
      return await this.keep(form, upload, caller);
    } finally {
      await form.file.discard();
    }
  }

  /** The address with a slash at its end, which is how most configurations have it. */
  @Post('legacy/*')
  @HttpCode(200)
  @Requires('upload')
  @AtMost(limits.publishesAtOnce, 'publishes')
  @ApiOperation({ operationId: 'uploadPythonFileBySlash', ...about })
  @ApiParam({ name: 'path', description: 'Nothing.' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: { $ref: schemaPath(PythonUploadBody) } })
  @ApiOkResponse({ description: 'It is kept and in the index; or the same was there before.' })
  @Refuses(...pythonUploadRefusals)
  async uploadBySlash(
    @CallerAccount() caller: AccountPrincipal,
    @Req() request: FastifyRequest,
  ): Promise<string> {
    const { '*': path } = request.params as { '*': string };
    if (path !== '') throw uploadsElsewhere();
    return this.upload(caller, request);
  }

  private async keep(
    form: PythonUploadForm,
    upload: PythonUpload,
    caller: AccountPrincipal,
  ): Promise<string> {
    const { filename, file } = form;
    const { name, version } = upload;
    const uploader = await this.uploaders.of(caller);
    try {
      const { outcome, publisher } = await this.uploadPackage.run({
        side: 'python',
        file,
        filename,
        name,
        version,
        tags: [],
        uploader,
      });
      if (outcome === 'unchanged') return `${filename} was here before, with the same bytes.\n`;
      return `${filename} is in the index, as ${publisher}'s ${name} ${version}.\n`;
    } catch (error) {
      throw isFileTaken(error) ? await this.alreadyExists(filename, upload) : error;
    }
  }

  /** Clients know a file that is taken by 400 and these first words. */
  private async alreadyExists(filename: string, { name, version }: PythonUpload): Promise<RegistryError> {
    const taken = await this.index.file('python', name, filename);
    const what =
      taken === undefined && filename.endsWith('.tar.gz')
        ? `${name} ${version} has a source distribution under another name, and one is all that a version has`
        : `${filename} of ${name} ${version} has other bytes here, and is never replaced`;
    return new RegistryError('invalid', 'file-taken', `File already exists: ${what}. Raise the version.`, {
      details: { filename },
    });
  }
}

const uploadsElsewhere = (): RegistryError =>
  new RegistryError(
    'not-found',
    'route-not-found',
    'Uploads go to /pypi/legacy/: correct the address of the repository.',
  );
