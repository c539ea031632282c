import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readDescriptor } from '#descriptor';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation } from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { mediaTypeOf, unsupportedMediaType, yamlTypes } from '../platform/requests/media-type.js';
import { Requires } from '../platform/callers/requires.js';
import { ValidationBody, validationBody } from './validate.body.js';

const acceptedTypes = [...yamlTypes, 'text/plain'];
const text = { schema: { type: 'string' } } as const;

@Controller('api/v1/descriptors')
export class ValidateController {
  @Post('validate')
  @HttpCode(200)
  @Requires('read')
  @ApiOperation({
    operationId: 'validateDescriptor',
    summary: 'Check a descriptor without publishing it',
    description: 'Answers 200 for any text within the limits, with everything that is wrong with it at once.',
  })
  @ApiConsumes('application/yaml', 'text/plain')
  @ApiBody({ required: true, content: { 'application/yaml': text, 'text/plain': text } } as never)
  @ApiOkResponse({ type: ValidationBody })
  @Refuses(
    { kind: 'too-large', code: 'body-too-large', when: 'It is larger than 1 MiB.' },
    {
      kind: 'unsupported-media-type',
      code: 'unsupported-media-type',
      when: 'The body is neither YAML nor text.',
    },
  )
  validate(@Req() request: FastifyRequest): ValidationBody {
    if (!acceptedTypes.includes(mediaTypeOf(request))) {
      throw unsupportedMediaType(['application/yaml', 'text/plain']);
    }
    // An empty body arrives as none at all.
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    return validationBody(readDescriptor(bytes));
  }
}
