import { Controller, Get, Header, Post } from '@nestjs/common';
import type { AccountPrincipal } from '#access';
import { ManifestKeys } from '#install';
import type { ManifestKey } from '#install';
import {
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
} from '../platform/contract/api-decorators.js';
import { CallerAccount, Requires } from '../platform/requires.js';
import { Log } from '../platform/log.js';

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
    return {
      kid: key.kid,
      announced_at: new Date(key.announcedAt).toISOString(),
      active_at: new Date(key.activeAt).toISOString(),
    };
  }
}
