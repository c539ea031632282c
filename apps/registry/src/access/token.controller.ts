import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { MintToken, RevokeToken, TokenStore } from '#access';
import type { AccountPrincipal } from '#access';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { pageOf, PageQuery } from '../platform/requests/page.body.js';
import { CallerAccount, Requires } from '../platform/callers/requires.js';
import {
  MintedTokenBody,
  TokenPageBody,
  TokenRequestBody,
  toMintedTokenBody,
  toTokenPageBody,
} from './token.body.js';

/** The tokens of one’s own account. */
@Controller('api/v1/tokens')
export class TokenController {
  constructor(
    private readonly tokens: TokenStore,
    private readonly mintToken: MintToken,
    private readonly revokeToken: RevokeToken,
  ) {}

  @Post()
  @Requires('own-account')
  @ApiOperation({
    summary: 'Make a token',
    description: 'It is never wider than the credential it is asked for with, and shown once.',
  })
  @ApiCreatedResponse({ type: MintedTokenBody })
  @Refuses(
    { kind: 'invalid', code: 'invalid-name', when: 'The publisher’s name can’t be one.' },
    { kind: 'invalid', code: 'invalid-plugin-pattern', when: 'A pattern is none, or of another publisher.' },
    { kind: 'invalid', code: 'invalid-package-pattern', when: 'A pattern is none of packages.' },
    { kind: 'invalid', code: 'invalid-network', when: 'A network is none.' },
    { kind: 'invalid', code: 'expiry-out-of-range', when: 'It would end in the past, or too late.' },
    { kind: 'forbidden', code: 'token-too-wide', when: 'It would reach further than the credential sent.' },
    { kind: 'not-found', code: 'publisher-not-found', when: 'There is no such publisher.' },
  )
  async mint(
    @Body() body: TokenRequestBody,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<MintedTokenBody> {
    const { name, scopes, publisher, plugins, packages, networks, expires_at } = body;
    const minted = await this.mintToken.run(
      {
        name,
        scopes,
        publisher: publisher ?? null,
        plugins: plugins ?? [],
        packages: packages ?? null,
        networks: networks ?? null,
        expiresAt: typeof expires_at === 'string' ? Date.parse(expires_at) : null,
      },
      caller,
    );
    return toMintedTokenBody(minted);
  }

  @Get()
  @Requires('own-account')
  @ApiOperation({ summary: 'List one’s tokens', description: 'Newest first, without those revoked.' })
  @ApiOkResponse({ type: TokenPageBody })
  async list(@Query() query: PageQuery, @CallerAccount() caller: AccountPrincipal): Promise<TokenPageBody> {
    return toTokenPageBody(await this.tokens.list(caller.accountId, pageOf(query)));
  }

  @Delete(':id')
  @Requires('own-account')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Revoke a token',
    description: 'From the next request on it is refused. A token revokes itself, and none that is wider.',
  })
  @ApiNoContentResponse({ description: 'Revoked.' })
  @Refuses(
    { kind: 'forbidden', code: 'token-too-wide', when: 'The token is wider than the one sent.' },
    { kind: 'not-found', code: 'token-not-found', when: 'One has no such token.' },
  )
  async revoke(@Param('id') id: string, @CallerAccount() caller: AccountPrincipal): Promise<void> {
    await this.revokeToken.run(id, caller);
  }
}
