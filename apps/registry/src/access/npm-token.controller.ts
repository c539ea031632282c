import { Body, Controller, Delete, Get, Header, HttpCode, Ip, Param, Post, Query } from '@nestjs/common';
import {
  CheckPassword,
  MintToken,
  parseNpmTokenRequest,
  RevokeToken,
  tokenNotFound,
  TokenStore,
  wrongPassword,
} from '#access';
import type { AccountPrincipal, Token } from '#access';
import { Clock, limits, parseApiKey } from '#kernel';
import { clientNetwork } from '../platform/callers/client-network.js';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { CallerAccount, Requires } from '../platform/callers/requires.js';

/** One's tokens as `npm token` shows and makes them. */
@Controller('npm/-/npm/v1/tokens')
export class NpmTokenController {
  constructor(
    private readonly tokens: TokenStore,
    private readonly mintToken: MintToken,
    private readonly revokeToken: RevokeToken,
    private readonly checkPassword: CheckPassword,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Requires('own-account')
  @ApiOperation({ operationId: 'npmListTokens', summary: 'npm token list' })
  @ApiOkResponse({ description: 'A page of them; `urls.next` is where the next one is.' })
  async list(
    @CallerAccount() caller: AccountPrincipal,
    @Query('cursor') cursor?: string,
  ): Promise<{ objects: object[]; urls: { next?: string } }> {
    const page = await this.tokens.list(caller.accountId, {
      limit: limits.pageItems,
      cursor: cursor ?? null,
    });
    // Clients put their registry's address before it.
    const next =
      page.next === null ? {} : { next: `/-/npm/v1/tokens?cursor=${encodeURIComponent(page.next)}` };
    return { objects: page.items.map(npmTokenBody), urls: next };
  }

  @Post()
  @Requires('own-account')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'npmCreateToken',
    summary: 'npm token create',
    description: 'Asks for the password, whatever it is sent with. An option is honoured or refused.',
  })
  @ApiCreatedResponse({ description: 'The token, shown here and never again.' })
  @Refuses(
    { kind: 'invalid', code: 'token-option-invalid', when: 'An option has a value that it can’t have.' },
    { kind: 'invalid', code: 'token-option-not-offered', when: 'An option can’t be honoured here.' },
    { kind: 'invalid', code: 'invalid-network', when: 'A network is none.' },
    { kind: 'invalid', code: 'invalid-package-pattern', when: 'A pattern is none of packages.' },
    { kind: 'invalid', code: 'expiry-out-of-range', when: 'It would end too late.' },
    { kind: 'forbidden', code: 'wrong-password', when: 'The password is another one.' },
    { kind: 'forbidden', code: 'token-too-wide', when: 'It would reach further than the credential sent.' },
    { kind: 'too-many-requests', code: 'too-many-failed-sign-ins', when: 'Too many guesses failed.' },
    {
      kind: 'unavailable',
      code: 'busy',
      when: 'Too many passwords are being looked at; says when to retry.',
    },
  )
  async create(
    @Body() body: unknown,
    @CallerAccount() caller: AccountPrincipal,
    @Ip() ip: string,
  ): Promise<object> {
    const { password, token } = parseNpmTokenRequest(body, this.clock.now());
    const known = await this.checkPassword.run(caller.username, password, clientNetwork(ip));
    if (known !== caller.accountId) throw wrongPassword();
    // npm has no option for a publisher: a token that is for one mints such.
    const minted = await this.mintToken.run({ ...token, publisher: caller.publisher }, caller);
    return { ...npmTokenBody(minted.token), token: minted.text };
  }

  @Delete('token/:key')
  @HttpCode(204)
  @Requires('own-account')
  @ApiOperation({ operationId: 'npmRevokeToken', summary: 'npm token revoke, by its key or by itself' })
  @ApiNoContentResponse({ description: 'It is refused from now on.' })
  @Refuses(
    { kind: 'forbidden', code: 'token-too-wide', when: 'The token is wider than the one sent.' },
    { kind: 'not-found', code: 'token-not-found', when: 'One has no such token.' },
  )
  async revoke(@Param('key') key: string, @CallerAccount() caller: AccountPrincipal): Promise<void> {
    const parsed = parseApiKey(key);
    const found = parsed && (await this.tokens.findByDigest(caller.accountId, parsed.sha256));
    if (parsed && !found) throw tokenNotFound();
    await this.revokeToken.run(found?.id ?? key, caller);
  }
}

const toTime = (at: number): string => new Date(at).toISOString();

function npmTokenBody(token: Token): object {
  const { id, name, prefix, scopes, packages, networks, createdAt, expiresAt, lastUsedAt } = token;
  return {
    id,
    key: id,
    token: prefix,
    name,
    readonly: !scopes.some((scope) => scope !== 'read'),
    cidr_whitelist: networks,
    packages,
    created: toTime(createdAt),
    updated: toTime(lastUsedAt ?? createdAt),
    expires: toTime(expiresAt),
  };
}
