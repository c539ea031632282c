import { Body, Controller, Get, HttpCode, Ip, Post } from '@nestjs/common';
import { AccountStore, badCredential, ChangePassword } from '#access';
import type { Account, AccountPrincipal } from '#access';
import { RegistryError } from '#kernel';
import { clientNetwork } from '../platform/callers/client-network.js';
import { ApiOkResponse, ApiOperation } from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { CallerAccount, Requires } from '../platform/callers/requires.js';

/** One's account as `npm profile` shows it. */
@Controller('npm/-/npm/v1/user')
export class NpmProfileController {
  constructor(
    private readonly accounts: AccountStore,
    private readonly changePassword: ChangePassword,
  ) {}

  @Get()
  @Requires('own-account')
  @ApiOperation({ operationId: 'npmGetProfile', summary: 'npm profile get' })
  @ApiOkResponse({ description: 'What the store knows of the account.' })
  async get(@CallerAccount() caller: AccountPrincipal): Promise<object> {
    return profileBody(await this.accountOf(caller));
  }

  @Post()
  @HttpCode(200)
  @Requires('own-account')
  @ApiOperation({
    operationId: 'npmSetProfile',
    summary: 'npm profile set password',
    description: 'The password is all that can be changed so.',
  })
  @ApiOkResponse({ description: 'Changed. Every session of the account has ended; tokens live on.' })
  @Refuses(
    { kind: 'invalid', code: 'profile-not-changeable', when: 'Something else is to be changed.' },
    { kind: 'invalid', code: 'password-too-short', when: 'The password has too few characters.' },
    { kind: 'invalid', code: 'password-too-long', when: 'The password has too many bytes.' },
    { kind: 'forbidden', code: 'wrong-password', when: 'The old password is another one.' },
    { kind: 'too-many-requests', code: 'too-many-failed-sign-ins', when: 'Too many guesses failed.' },
    {
      kind: 'unavailable',
      code: 'busy',
      when: 'Too many passwords are being looked at; says when to retry.',
    },
  )
  async set(
    @Body() body: unknown,
    @CallerAccount() caller: AccountPrincipal,
    @Ip() ip: string,
  ): Promise<object> {
    const profile = profileBody(await this.accountOf(caller));
    const change = parsePasswordChange(body, profile);
    await this.changePassword.run({ ...change, address: clientNetwork(ip) }, caller);
    return profile;
  }

  private async accountOf(caller: AccountPrincipal): Promise<Account> {
    const account = await this.accounts.find(caller.accountId);
    if (!account) throw badCredential();
    return account;
  }
}

const profileBody = ({ username, email, createdAt }: Account): Record<string, unknown> => ({
  tfa: false,
  name: username,
  email: email ?? '',
  email_verified: false,
  fullname: '',
  cidr_whitelist: null,
  created: new Date(createdAt).toISOString(),
  updated: new Date(createdAt).toISOString(),
});

/** npm sends all of the profile back, with the change in it. */
function parsePasswordChange(
  body: unknown,
  profile: Readonly<Record<string, unknown>>,
): { oldPassword: string; newPassword: string } {
  const { password, ...others } = recordOf(body);
  const { old: oldPassword, new: newPassword } = recordOf(password);
  const isOne = typeof oldPassword === 'string' && typeof newPassword === 'string';
  const isSame = Object.entries(others).every(([member, value]) => (value ?? '') === (profile[member] ?? ''));
  if (!isOne || !isSame) throw profileNotChangeable();
  return { oldPassword, newPassword };
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const profileNotChangeable = (): RegistryError =>
  new RegistryError(
    'invalid',
    'profile-not-changeable',
    'Of a profile only the password can be changed here: npm profile set password.',
  );
