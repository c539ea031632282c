import type { PluginKeyFacts } from '#install';
import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';

export class TokenForm {
  @ApiProperty({ example: 'mrt_plugin_…' })
  token!: string;

  @ApiPropertyOptional({ description: 'Taken and ignored: a key says itself what it is.' })
  token_type_hint?: string;
}

/** Members as RFC 7662 (section 2.2) defines them; all but `active` are left out of an inactive answer. */
export class IntrospectionBody {
  @ApiProperty({ example: true })
  active!: boolean;

  @ApiPropertyOptional({ example: 'plugin_key' })
  token_type?: string;

  @ApiPropertyOptional({
    example: 'clusters:read clusters:write',
    description: 'What the key may do, in the host’s words.',
  })
  scope?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The host.' })
  client_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The installation.' })
  sub?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The key.' })
  jti?: string;

  @ApiPropertyOptional({ type: 'integer', example: 1795000000, description: 'Seconds since the epoch.' })
  iat?: number;

  @ApiPropertyOptional({
    type: 'integer',
    example: 1795086400,
    description: 'Absent where the key has no end.',
  })
  exp?: number;

  @ApiPropertyOptional({ format: 'uri', description: 'The store.' })
  iss?: string;

  @ApiPropertyOptional({ example: 'galaxy/kubeplugin' })
  plugin?: string;

  @ApiPropertyOptional({ example: '1.2.0' })
  version?: string;
}

export const inactive: IntrospectionBody = { active: false };

export const introspectionBody = (key: PluginKeyFacts, issuer: string): IntrospectionBody => ({
  active: true,
  token_type: 'plugin_key',
  scope: key.scopes.join(' '),
  client_id: key.hostId,
  sub: key.installationId,
  jti: key.keyId,
  iat: Math.floor(key.createdAt / 1_000),
  ...(key.expiresAt === null ? {} : { exp: Math.floor(key.expiresAt / 1_000) }),
  iss: issuer,
  plugin: key.plugin,
  version: key.version,
});
