import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiNotModifiedResponse, ApiOkResponse, ApiOperation } from '../contract/api-decorators.js';
import { Requires } from '../callers/requires.js';
import { readPageFile } from './page-files.js';

@Controller('openapi.json')
export class ContractController {
  @Get()
  @Requires('public')
  @ApiOperation({ summary: 'This contract' })
  @ApiOkResponse({
    description: 'OpenAPI 3.1, as it was generated from the code of this store.',
    content: { 'application/json': { schema: { type: 'object' } } },
  })
  @ApiNotModifiedResponse({ description: 'The caller has it: its ETag was sent as If-None-Match.' })
  async read(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | null> {
    const { bytes, type, etag } = await readPageFile('/openapi.json');
    reply.headers({ 'content-type': type, 'cache-control': 'no-cache', etag });
    if (request.headers['if-none-match'] !== etag) return bytes;
    reply.status(304);
    return null;
  }
}
