import { Body, Controller, Delete, Get, Header, HttpCode, Ip, Param, Post, Put, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  AccountStore,
  accountNotFound,
  BeginWebLogin,
  FinishWebLogin,
  LogInClient,
  MintLoginToken,
  RevokeToken,
  tokenNotFound,
  TokenStore,
} from '#access';
import type { AccountPrincipal } from '#access';
import { limits, parseApiKey } from '#kernel';
import { clientNetwork } from '../platform/callers/client-network.js';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { CallerAccount, Requires } from '../platform/callers/requires.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { loggedInBody, npmUserBody, parseNpmLogin, parseNpmUser } from './npm-user.js';

const noAccount = {
  kind: 'not-found',
  code: 'account-not-found',
  when: 'There is no such account.',
} as const;

const passwordRefusals = [
  { kind: 'invalid', code: 'invalid-body', when: 'The body is not what npm’s clients send.' },
  { kind: 'invalid', code: 'account-unknown', when: 'There is no such account, and none was asked for.' },
  { kind: 'unauthenticated', code: 'sign-in-failed', when: 'The username or the password is wrong.' },
  { kind: 'too-many-requests', code: 'too-many-failed-sign-ins', when: 'Too many sign-ins failed.' },
  { kind: 'unavailable', code: 'busy', when: 'Too many passwords are being looked at; says when to retry.' },
] as const;

/** Signing in and out as npm does. */
@Controller('npm/-')
export class NpmLoginController {
  constructor(
    private readonly accounts: AccountStore,
    private readonly tokens: TokenStore,
    private readonly logInClient: LogInClient,
    private readonly mintLoginToken: MintLoginToken,
    private readonly beginWebLogin: BeginWebLogin,
    private readonly finishWebLogin: FinishWebLogin,
    private readonly revokeToken: RevokeToken,
    private readonly settings: StoreSettings,
  ) {}

  @Get('whoami')
  @Requires('own-account')
  @ApiOperation({ operationId: 'npmWhoami', summary: 'npm whoami' })
  @ApiOkResponse({ description: 'The name of the account.' })
  whoami(@CallerAccount() caller: AccountPrincipal): { username: string } {
    return { username: caller.username };
  }

  @Get('user/:user')
  @Requires('read')
  @ApiOperation({ operationId: 'npmGetUser', summary: 'Whether there is such a person, as npm owner asks' })
  @ApiOkResponse({ description: 'There is; their address is not told.' })
  @Refuses(noAccount)
  async user(@Param('user') user: string): Promise<object> {
    const username = parseNpmUser(user);
    const account = await this.accounts.findByUsername(username);
    if (!account) throw accountNotFound(username);
    return npmUserBody(account.username);
  }

  @Put('user/:user')
  @HttpCode(201)
  @Requires('sign-in')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'npmLogin',
    summary: 'npm login and npm adduser with --auth-type=legacy',
    description:
      'Makes a token for packages. Where there is no such account and an `email` is sent, it is made.',
  })
  @ApiCreatedResponse({ description: 'Signed in: the token is in the answer.' })
  @Refuses(
    { kind: 'forbidden', code: 'sign-up-closed', when: 'Only administrators make accounts here.' },
    { kind: 'invalid', code: 'invalid-username', when: 'The name can’t be that of a new account.' },
    { kind: 'invalid', code: 'password-too-short', when: 'A new account’s password has too few characters.' },
    { kind: 'invalid', code: 'password-too-long', when: 'A new account’s password has too many bytes.' },
    { kind: 'conflict', code: 'username-taken', when: 'Somebody was quicker to take the name.' },
    noAccount,
    ...passwordRefusals,
  )
  async login(@Param('user') user: string, @Body() body: unknown, @Ip() ip: string): Promise<object> {
    const login = parseNpmLogin(parseNpmUser(user), body);
    const accountId = await this.logInClient.run({ ...login, address: clientNetwork(ip) });
    return loggedInBody(login.username, await this.mintLoginToken.run(accountId));
  }

  @Put('user/:user/-rev/:revision')
  @HttpCode(201)
  @Requires('sign-in')
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'npmLoginAgain', summary: 'The same, as npm says it to other registries' })
  @ApiCreatedResponse({ description: 'Signed in: the token is in the answer.' })
  @Refuses(noAccount, ...passwordRefusals)
  async loginAgain(@Param('user') user: string, @Body() body: unknown, @Ip() ip: string): Promise<object> {
    const { username, password } = parseNpmLogin(parseNpmUser(user), body);
    const address = clientNetwork(ip);
    const accountId = await this.logInClient.run({ username, password, email: undefined, address });
    return loggedInBody(username, await this.mintLoginToken.run(accountId));
  }

  @Post('v1/login')
  @HttpCode(200)
  @Requires('sign-in')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'npmBeginWebLogin',
    summary: 'npm login: sign in with the browser',
    description: 'A person approves at `loginUrl`; meanwhile the client asks at `doneUrl`.',
  })
  @ApiOkResponse({ description: 'Both addresses, good for ten minutes.' })
  @Refuses({ kind: 'unavailable', code: 'too-many-web-logins', when: 'Too many are under way.' })
  async begin(): Promise<{ loginUrl: string; doneUrl: string }> {
    const { secret, id } = await this.beginWebLogin.run();
    const base = this.settings.publicUrl;
    // Behind the hash, so that it is sent to nobody but the page.
    return { loginUrl: `${base}/login#${id}`, doneUrl: `${base}/npm/-/v1/done/${secret}` };
  }

  @Get('v1/done/:secret')
  @Requires('sign-in')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'npmFinishWebLogin',
    summary: 'The token of a sign-in with the browser, once',
  })
  @ApiOkResponse({ description: 'Approved: the token is in the answer, and in no other.' })
  @Refuses({ kind: 'not-found', code: 'web-login-not-found', when: 'It has ended, or never was.' })
  async finish(
    @Param('secret') secret: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ token?: string }> {
    const token = await this.finishWebLogin.run(secret);
    if (token !== undefined) return { token };
    reply.status(202).header('retry-after', String(limits.webLoginAskedEverySeconds));
    return {};
  }

  @Delete('user/token/:token')
  @Requires('own-account')
  @ApiOperation({ operationId: 'npmLogout', summary: 'npm logout: the token is refused from now on' })
  @ApiOkResponse({ description: 'Revoked.' })
  @Refuses(
    { kind: 'forbidden', code: 'token-too-wide', when: 'The token is wider than the one sent.' },
    { kind: 'not-found', code: 'token-not-found', when: 'One has no such token.' },
  )
  async logout(
    @Param('token') text: string,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<{ ok: true }> {
    const key = parseApiKey(text);
    const token = key && (await this.tokens.findByDigest(caller.accountId, key.sha256));
    if (!token) throw tokenNotFound();
    await this.revokeToken.run(token.id, caller);
    return { ok: true };
  }
}
