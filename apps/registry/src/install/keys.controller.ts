import { Controller, Get, Header, Post } from '@nestjs/common';
import type { AccountPrincipal } from '#access';
import { ManifestKeys } from '#install';
import type { ManifestKey, VouchedKey } from '#install';
import {
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
} from '../platform/contract/api-decorators.js';
import { CallerAccount, Requires } from '../platform/callers/requires.js';
import { Log } from '../platform/server/log.js';

class KeySetBody {
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  keys!: ManifestKey['publicJwk'][];
}

class ManifestKeyBody {
  @ApiProperty({ description: 'RFC 7638 thumbprint.' })
  kid!: string;

  @ApiProperty({ format: 'date-time' })
  announced_at!: string;

  @ApiProperty({ format: 'date-time', description: 'From then on it signs.' })
  active_at!: string;
}

class VouchedKeyBody extends ManifestKeyBody {
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'RFC 8037.' })
  jwk!: ManifestKey['publicJwk'];

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'A compact JWS by the key before it (`typ: mortise-key+jws`) over `{"jwk": {kty, crv, x}, "iat", "nbf"}`; null for the first.',
  })
  voucher!: string | null;
}

class KeyChainBody {
  @ApiProperty({ type: VouchedKeyBody, isArray: true, description: 'The oldest first.' })
  items!: VouchedKeyBody[];

  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
}

@Controller()
export class KeysController {
  constructor(
    private readonly keys: ManifestKeys,
    private readonly log: Log,
  ) {}

  @Get('.well-known/jwks.json')
  @Requires('public')
  @Header('cache-control', 'public, max-age=3600')
  @ApiOperation({
    summary: 'The keys that manifests are signed with (RFC 7517)',
    description: 'Those whose signatures may be in force, and the next one from a day before its use.',
  })
  @ApiOkResponse({ type: KeySetBody })
  async keySet(): Promise<KeySetBody> {
    return { keys: (await this.keys.published()).map((key) => key.publicJwk) };
  }

  @Get('api/v1/manifest-keys')
  @Requires('public')
  @Header('cache-control', 'public, max-age=60')
  @ApiOperation({
    summary: 'Every key for manifests that the store had, each vouched for by the one before',
    description:
      'By it a host that believes in one of them can believe in those after it, however long it was away. In one page.',
  })
  @ApiOkResponse({ type: KeyChainBody })
  async chain(): Promise<KeyChainBody> {
    return { items: (await this.keys.chain()).map(vouchedKeyBody), next: null };
  }

  @Post('api/v1/manifest-keys')
  @Requires('administer')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Rotate the key that signs manifests',
    description:
      'Announces a new key, which signs from a day later on; while one is announced, answers with that one.',
  })
  @ApiCreatedResponse({ type: ManifestKeyBody })
  async rotate(@CallerAccount() caller: AccountPrincipal): Promise<ManifestKeyBody> {
    const key = await this.keys.rotate();
    this.log.info({ kid: key.kid, by: caller.username }, 'a new key for manifests is announced');
    return manifestKeyBody(key);
  }
}

const manifestKeyBody = (key: ManifestKey): ManifestKeyBody => ({
  kid: key.kid,
  announced_at: new Date(key.announcedAt).toISOString(),
  active_at: new Date(key.activeAt).toISOString(),
});

const vouchedKeyBody = (key: VouchedKey): VouchedKeyBody =>
  Object.assign(manifestKeyBody(key), { jwk: key.publicJwk, voucher: key.voucher });
