import { Controller, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Principals } from '#access';
import type { HostPrincipal } from '#access';
import { KeyStore, oauthRefusal } from '#install';
import type { PluginKeyFacts } from '#install';
import { Clock, parseApiKey } from '#kernel';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation } from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { formType, mediaTypeOf } from '../platform/requests/media-type.js';
import { CallerHost, Requires } from '../platform/callers/requires.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { actorOf } from './installations.controller.js';
import { inactive, IntrospectionBody, introspectionBody, TokenForm } from './introspection.body.js';
import { PluginKeys } from './plugin-keys.js';

const invalidRequest = {
  kind: 'invalid',
  code: 'invalid-request',
  when: '`token` is missing or repeated.',
} as const;

const inactiveText = JSON.stringify(inactive);

/** Token introspection (RFC 7662) and revocation (RFC 7009), for hosts. */
@Controller('oauth')
export class OauthController {
  private readonly answers = new WeakMap<PluginKeyFacts, string>();

  constructor(
    private readonly pluginKeys: PluginKeys,
    private readonly keys: KeyStore,
    private readonly principals: Principals,
    private readonly clock: Clock,
    private readonly settings: StoreSettings,
  ) {}

  @Post('introspect')
  @HttpCode(200)
  @Requires('introspect')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Check a plugin’s key (RFC 7662)',
    description:
      'Exactly `{"active": false}` for anything but a live key of a plugin that is installed on this host.',
  })
  @ApiConsumes(formType)
  @ApiBody({ type: TokenForm })
  @ApiOkResponse({ type: IntrospectionBody })
  @Refuses(invalidRequest)
  async introspect(
    @CallerHost() caller: HostPrincipal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const parsed = parseApiKey(tokenOf(request));
    const key = parsed?.kind === 'plugin' ? await this.pluginKeys.get(parsed.sha256) : undefined;
    const isLive = key !== undefined && (key.expiresAt === null || key.expiresAt > this.clock.now());
    const isOwn = isLive && key.hostId === caller.hostId;
    if (isOwn) this.principals.noteUse({ kind: 'plugin', id: key.keyId });
    void reply
      .header('content-type', 'application/json; charset=utf-8')
      .send(isOwn ? this.answerOf(key) : inactiveText);
  }

  /** Hosts ask at every call of a plugin: what is answered of a key is written once, until the key changes. */
  private answerOf(key: PluginKeyFacts): string {
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const answer = JSON.stringify(introspectionBody(key, this.settings.publicUrl));
    this.answers.set(key, answer);
    return answer;
  }

  @Post('revoke')
  @HttpCode(200)
  @Requires('introspect')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Revoke a key (RFC 7009)',
    description:
      'A key of a plugin on this host, or one of the host’s own. Always 200: nothing is told of any other, and nothing happens to it.',
  })
  @ApiConsumes(formType)
  @ApiBody({ type: TokenForm })
  @ApiOkResponse({ description: 'An empty body.' })
  @Refuses(invalidRequest)
  async revoke(@CallerHost() caller: HostPrincipal, @Req() request: FastifyRequest): Promise<void> {
    const parsed = parseApiKey(tokenOf(request));
    if (!parsed || parsed.kind === 'pat') return;
    await this.keys.revoke(caller.hostId, parsed.sha256, actorOf(caller), this.clock.now());
  }
}

/** The form's `token`; what else it holds is ignored, as RFC 6749 (section 3.1) asks. */
function tokenOf(request: FastifyRequest): string {
  const isForm = mediaTypeOf(request) === formType && Buffer.isBuffer(request.body);
  const tokens = isForm ? new URLSearchParams(String(request.body)).getAll('token') : [];
  const [token] = tokens;
  if (token === undefined || token === '' || tokens.length > 1) {
    throw oauthRefusal('invalid_request', `Send the key as the one "token" of a form (${formType}).`);
  }
  return token;
}
