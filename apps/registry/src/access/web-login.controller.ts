import { Controller, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApproveWebLogin, webLoginNotFound, WebLoginStore } from '#access';
import type { AccountPrincipal } from '#access';
import { Clock } from '#kernel';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation } from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { CallerAccount, Requires } from '../platform/callers/requires.js';
import { WebLoginBody } from './web-login.body.js';

const gone = {
  kind: 'not-found',
  code: 'web-login-not-found',
  when: 'It has ended, was approved, or never was.',
} as const;

/** What the page does on which somebody lets a package client sign in. */
@Controller('api/v1/web-logins')
export class WebLoginController {
  constructor(
    private readonly logins: WebLoginStore,
    private readonly approveWebLogin: ApproveWebLogin,
    private readonly clock: Clock,
  ) {}

  @Get(':id')
  @Requires('public')
  @ApiOperation({ summary: 'Whether a client still waits for a sign-in to be approved' })
  @ApiOkResponse({ type: WebLoginBody })
  @Refuses(gone)
  async find(@Param('id') id: string): Promise<WebLoginBody> {
    const end = await this.logins.endOf(id, this.clock.now());
    if (end === undefined) throw webLoginNotFound();
    return { expires_at: new Date(end).toISOString() };
  }

  @Put(':id/approval')
  @HttpCode(204)
  @Requires('own-account')
  @ApiOperation({
    summary: 'Let a package client sign in as oneself',
    description: 'The client that waits gets a token of its own, with the scopes read, publish and manage.',
  })
  @ApiNoContentResponse({ description: 'Approved.' })
  @Refuses(gone, { kind: 'forbidden', code: 'approval-needs-session', when: 'It was sent with a token.' })
  async approve(@Param('id') id: string, @CallerAccount() caller: AccountPrincipal): Promise<void> {
    await this.approveWebLogin.run(id, caller);
  }
}
