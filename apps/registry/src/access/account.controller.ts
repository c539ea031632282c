import { Body, Controller, Get, Header, HttpCode, Ip, Param, Post, Put } from '@nestjs/common';
import { AccountStore, AssignRoles, badCredential, ChangePassword, RegisterAccount } from '#access';
import type { AccountPrincipal, Principal } from '#access';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { Caller, CallerAccount, Requires } from '../platform/callers/requires.js';
import {
  AccountBody,
  OwnAccountBody,
  PasswordChangeBody,
  RegistrationBody,
  RolesBody,
  toAccountBody,
  toOwnAccountBody,
} from './account.body.js';
import { clientNetwork } from '../platform/callers/client-network.js';

const passwordRefusals = [
  { kind: 'invalid', code: 'password-too-short', when: 'The password has too few characters.' },
  { kind: 'invalid', code: 'password-too-long', when: 'The password has too many bytes.' },
  { kind: 'unavailable', code: 'busy', when: 'Too many passwords are being looked at; says when to retry.' },
] as const;

/** People. */
@Controller('api/v1/accounts')
export class AccountController {
  constructor(
    private readonly accounts: AccountStore,
    private readonly registerAccount: RegisterAccount,
    private readonly changePassword: ChangePassword,
    private readonly assignRoles: AssignRoles,
  ) {}

  @Post()
  @Requires('public')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Make an account',
    description: 'Anybody may while sign-up is open; else an administrator, for somebody else.',
  })
  @ApiCreatedResponse({ type: AccountBody })
  @Refuses(
    { kind: 'invalid', code: 'invalid-username', when: 'The username can’t be one.' },
    {
      kind: 'forbidden',
      code: 'sign-up-closed',
      when: 'Sign-up is closed, and the caller no administrator.',
    },
    { kind: 'conflict', code: 'username-taken', when: 'Somebody has that name, in any case.' },
    ...passwordRefusals,
  )
  async register(@Body() body: RegistrationBody, @Caller() caller: Principal): Promise<AccountBody> {
    const { username, password, email = null } = body;
    return toAccountBody(await this.registerAccount.run({ username, password, email }, caller));
  }

  @Get('me')
  @Requires('own-account')
  @ApiOperation({ summary: 'See one’s own account', description: 'With the publishers that it belongs to.' })
  @ApiOkResponse({ type: OwnAccountBody })
  async me(@CallerAccount() caller: AccountPrincipal): Promise<OwnAccountBody> {
    const account = await this.accounts.find(caller.accountId);
    if (!account) throw badCredential();
    return toOwnAccountBody(account, await this.accounts.memberships(account.id));
  }

  @Put('me/password')
  @Requires('own-account')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Change one’s own password',
    description: 'Ends every session of the account, this one too. Tokens live on.',
  })
  @ApiNoContentResponse({ description: 'Changed.' })
  @Refuses(
    { kind: 'forbidden', code: 'wrong-password', when: 'The old password is another one.' },
    { kind: 'too-many-requests', code: 'too-many-failed-sign-ins', when: 'Too many guesses failed.' },
    ...passwordRefusals,
  )
  async setPassword(
    @Body() body: PasswordChangeBody,
    @CallerAccount() caller: AccountPrincipal,
    @Ip() ip: string,
  ): Promise<void> {
    const change = { oldPassword: body.old_password, newPassword: body.new_password };
    await this.changePassword.run({ ...change, address: clientNetwork(ip) }, caller);
  }

  @Put(':username/roles')
  @Requires('administer')
  @ApiOperation({
    summary: 'Say which roles an account has',
    description: 'In force with the account’s next request, whichever session or token it comes with.',
  })
  @ApiOkResponse({ type: AccountBody })
  @Refuses(
    { kind: 'not-found', code: 'account-not-found', when: 'There is no such account.' },
    { kind: 'conflict', code: 'last-administrator', when: 'Nobody would be administrator afterwards.' },
  )
  async setRoles(
    @Param('username') username: string,
    @Body() body: RolesBody,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<AccountBody> {
    return toAccountBody(await this.assignRoles.run(username, body.roles, caller));
  }
}
