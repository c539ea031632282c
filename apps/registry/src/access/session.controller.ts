import { Body, Controller, Delete, Header, HttpCode, Ip, Post } from '@nestjs/common';
import { EndSession, SignIn } from '#access';
import type { AccountPrincipal } from '#access';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOperation,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { CallerAccount, Requires } from '../platform/callers/requires.js';
import { SessionTokens } from '../platform/callers/session-tokens.js';
import { clientNetwork } from '../platform/callers/client-network.js';
import { SessionBody, SignInBody } from './session.body.js';

const msPerSecond = 1000;

/** Signing in and out. */
@Controller('api/v1/sessions')
export class SessionController {
  constructor(
    private readonly signIn: SignIn,
    private readonly endSession: EndSession,
    private readonly tokens: SessionTokens,
  ) {}

  @Post()
  @Requires('public')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Sign in',
    description: 'Only failed sign-ins are counted, by username and by address, and forgiven one by one.',
  })
  @ApiCreatedResponse({ type: SessionBody })
  @Refuses(
    { kind: 'unauthenticated', code: 'sign-in-failed', when: 'The username or the password is wrong.' },
    {
      kind: 'too-many-requests',
      code: 'too-many-failed-sign-ins',
      when: 'Too many sign-ins failed; says when to retry.',
    },
    {
      kind: 'unavailable',
      code: 'busy',
      when: 'Too many passwords are being looked at; says when to retry.',
    },
  )
  async begin(@Body() body: SignInBody, @Ip() ip: string): Promise<SessionBody> {
    const { username, password } = body;
    const session = await this.signIn.run({ username, password, address: clientNetwork(ip) });
    return {
      access_token: await this.tokens.write(session),
      token_type: 'Bearer',
      expires_in: Math.floor((session.expiresAt - session.createdAt) / msPerSecond),
    };
  }

  @Delete()
  @Requires('own-account')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Sign out',
    description: 'Ends the session that the request is sent with, from the next request on.',
  })
  @ApiNoContentResponse({ description: 'Signed out.' })
  @Refuses({ kind: 'forbidden', code: 'not-a-session', when: 'The request was sent with a token.' })
  async end(@CallerAccount() caller: AccountPrincipal): Promise<void> {
    await this.endSession.run(caller);
  }
}
