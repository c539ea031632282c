import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiExcludeController } from '../contract/api-decorators.js';
import { Requires } from '../callers/requires.js';
import { docsPolicy, sendPage } from './send-page.js';

/** The page with the search at `/`, to try the API from at `/docs`, and to sign in on at `/login`. */
@Controller()
@Requires('public')
@ApiExcludeController()
export class PagesController {
  @Get()
  home(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | null> {
    return sendPage('/', request, reply);
  }

  @Get('docs')
  docs(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | null> {
    return sendPage('/docs', request, reply, { contentSecurityPolicy: docsPolicy });
  }

  @Get('login')
  login(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | null> {
    return sendPage('/login', request, reply);
  }

  @Get('pages/:file')
  file(
    @Param('file') file: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | null> {
    return sendPage(`/pages/${file}`, request, reply);
  }

  @Get('docs/:file')
  swaggerFile(
    @Param('file') file: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | null> {
    return sendPage(`/docs/${file}`, request, reply, { contentSecurityPolicy: docsPolicy });
  }
}
