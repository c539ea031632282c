import { Body, Controller, Delete, Get, Header, HttpCode, Ip, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EndSession, SignIn } from '#access';
import { clientNetwork } from '../platform/callers/client-network.js';
import { ApiExcludeController } from '../platform/contract/api-decorators.js';
import { PageSessions } from '../platform/callers/page-sessions.js';
import { Requires } from '../platform/callers/requires.js';
import { SignInBody } from './session.body.js';

/** What the store's own pages do to sign somebody in and out. Programs have /api/v1/sessions. */
@Controller('session')
@Requires('sign-in')
@ApiExcludeController()
export class PageSessionController {
  constructor(
    private readonly signIn: SignIn,
    private readonly endSession: EndSession,
    private readonly sessions: PageSessions,
  ) {}

  /** Who looks at the pages. */
  @Get()
  @Header('cache-control', 'no-store')
  async find(@Req() request: FastifyRequest): Promise<{ username: string | null }> {
    return { username: (await this.sessions.readerOf(request))?.username ?? null };
  }

  @Post()
  @HttpCode(204)
  @Header('cache-control', 'no-store')
  async begin(
    @Body() { username, password }: SignInBody,
    @Ip() ip: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    this.sessions.requireFromHere(request);
    const session = await this.signIn.run({ username, password, address: clientNetwork(ip) });
    reply.header('set-cookie', await this.sessions.begin(session));
  }

  /** Also where the session has ended already. What the browser kept of what it was shown goes with it. */
  @Delete()
  @HttpCode(204)
  @Header('cache-control', 'no-store')
  @Header('clear-site-data', '"cache"')
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    this.sessions.requireFromHere(request);
    const caller = await this.sessions.callerOf(request);
    if (caller) await this.endSession.run(caller);
    reply.header('set-cookie', this.sessions.end());
  }
}
