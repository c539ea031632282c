import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiExcludeController } from '../contract/api-decorators.js';
import { Requires } from '../requires.js';
import { readPageFile } from './page-files.js';

/** Scripts and styles of the store's own, and requests to the store itself: nothing else, and in no frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];
const homePolicy = [...policy, "style-src 'self'"].join('; ');
/** Swagger UI writes style attributes; it is handed no text but the contract's. */
const docsPolicy = [...policy, "style-src 'self' 'unsafe-inline'"].join('; ');

/** The page with the search at `/`, of a plugin at `/plugins/…`, to try the API from at `/docs`, and to let a package client sign in at `/login`. */
@Controller()
@ApiExcludeController()
export class PagesController {
  @Get()
  @Requires('public')
  home(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | null> {
    return send('/', homePolicy, request, reply);
  }

  @Get('docs')
  @Requires('public')
  docs(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | null> {
    return send('/docs', docsPolicy, request, reply);
  }

  @Get('login')
  @Requires('public')
  login(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | null> {
    return send('/login', homePolicy, request, reply);
  }

  /** One page for all: its script asks the API which plugin that is, as whoever looks at it. */
  @Get('plugins/:publisher/:plugin')
  @Requires('public')
  plugin(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | null> {
    return send('/plugins', homePolicy, request, reply);
  }

  @Get('pages/:file')
  @Requires('public')
  file(
    @Param('file') file: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | null> {
    return send(`/pages/${file}`, homePolicy, request, reply);
  }

  @Get('docs/:file')
  @Requires('public')
  swaggerFile(
    @Param('file') file: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | null> {
    return send(`/docs/${file}`, docsPolicy, request, reply);
  }
}

async function send(
  address: string,
  contentSecurityPolicy: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Buffer | null> {
  const { bytes, type, etag } = await readPageFile(address);
  reply.headers({
    'content-type': type,
    'content-security-policy': contentSecurityPolicy,
    'cache-control': 'no-cache',
    etag,
  });
  if (request.headers['if-none-match'] !== etag) return bytes;
  reply.status(304);
  return null;
}
