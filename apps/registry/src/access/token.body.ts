import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  MaxLength,
} from '../platform/requests/body-rules.js';
import { accountScopes } from '#access';
import type { AccountScope, MintedToken, Token } from '#access';
import { limits } from '#kernel';
import type { Page } from '#kernel';
import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';
import { IsInstant } from '../platform/requests/is-instant.js';
import { IsLine } from '../platform/requests/is-line.js';

const patternCharacters = limits.publisherNameCharacters + 1 + limits.pluginNameCharacters;

/** Asks for a token. */
export class TokenRequestBody {
  @ApiProperty({
    description: 'What it is for, to be told apart by.',
    maxLength: limits.tokenNameCharacters,
    example: 'continuous integration',
  })
  @IsLine(limits.tokenNameCharacters)
  name!: string;

  @ApiProperty({
    description: 'What it may be used for. None implies another, except that `admin` includes `moderate`.',
    enum: accountScopes,
    isArray: true,
    example: ['publish'],
  })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(accountScopes.length)
  @IsIn(accountScopes, { each: true })
  scopes!: AccountScope[];

  @ApiPropertyOptional({
    description: 'The only publisher that it reaches.',
    type: 'string',
    nullable: true,
    example: 'galaxy',
  })
  @IsOptional()
  @IsString()
  @MaxLength(limits.pathParameterCharacters)
  publisher?: string | null;

  @ApiPropertyOptional({
    description: 'The only plugins that it reaches: `publisher/name`, where `*` stands for any characters.',
    type: 'string',
    isArray: true,
    maxItems: limits.pluginPatternsPerToken,
    example: ['galaxy/kube*'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(limits.pluginPatternsPerToken)
  @IsString({ each: true })
  @MaxLength(patternCharacters, { each: true })
  plugins?: string[] | null;

  @ApiPropertyOptional({
    description:
      'The only packages that it writes to, and nothing else is open to it but reading: `npm:` or `python:` and a name, where `*` stands for any characters.',
    type: 'string',
    isArray: true,
    nullable: true,
    maxItems: limits.packagePatternsPerToken,
    example: ['npm:@galaxy/*'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(limits.packagePatternsPerToken)
  @IsString({ each: true })
  @MaxLength(limits.packageNameCharacters, { each: true })
  packages?: string[] | null;

  @ApiPropertyOptional({
    description: 'The only networks (CIDR) that it may be used from.',
    type: 'string',
    isArray: true,
    nullable: true,
    maxItems: limits.networksPerToken,
    example: ['10.0.0.0/8'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(limits.networksPerToken)
  @IsString({ each: true })
  @MaxLength(limits.networkCharacters, { each: true })
  networks?: string[] | null;

  @ApiPropertyOptional({
    description: 'When it ends; in 90 days by itself.',
    type: 'string',
    format: 'date-time',
    nullable: true,
    example: '2027-01-31T12:00:00Z',
  })
  @IsOptional()
  @IsInstant()
  expires_at?: string | null;
}

/** A token, without its secret. */
export class TokenBody {
  @ApiProperty({ format: 'uuid', example: '4f0c6a5e-9b0e-4a4c-8f6c-2f4f0b8f8f10' })
  id!: string;

  @ApiProperty({ example: 'continuous integration' })
  name!: string;

  @ApiProperty({ description: 'The token’s first characters.', example: 'mrt_pat_3fK9aZ' })
  prefix!: string;

  @ApiProperty({ enum: accountScopes, isArray: true, example: ['publish'] })
  scopes!: readonly AccountScope[];

  @ApiProperty({ type: 'string', nullable: true, example: 'galaxy' })
  publisher!: string | null;

  @ApiProperty({ type: 'string', isArray: true, example: ['galaxy/kube*'] })
  plugins!: readonly string[];

  @ApiProperty({ type: 'string', isArray: true, nullable: true, example: null })
  packages!: readonly string[] | null;

  @ApiProperty({ type: 'string', isArray: true, nullable: true, example: null })
  networks!: readonly string[] | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:00:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2027-01-31T12:00:00.000Z' })
  expires_at!: string;

  @ApiProperty({
    description: 'To within some seconds.',
    type: 'string',
    format: 'date-time',
    nullable: true,
    example: null,
  })
  last_used_at!: string | null;
}

/** A token that was just made. */
export class MintedTokenBody extends TokenBody {
  @ApiProperty({
    description: 'The token itself. It is shown here and never again.',
    example: 'mrt_pat_3fK9aZ…',
  })
  token!: string;
}

/** A part of one’s tokens. */
export class TokenPageBody {
  @ApiProperty({ type: TokenBody, isArray: true })
  items!: readonly TokenBody[];

  @ApiProperty({ type: 'string', nullable: true, example: null })
  next!: string | null;
}

const instant = (time: number): string => new Date(time).toISOString();

const toTokenBody = (token: Token): TokenBody => membersOf(token);

export function toMintedTokenBody({ token, text }: MintedToken): MintedTokenBody {
  return { ...membersOf(token), token: text };
}

export function toTokenPageBody({ items, next }: Page<Token>): TokenPageBody {
  return { items: items.map(toTokenBody), next };
}

function membersOf(token: Token) {
  const {
    id,
    name,
    prefix,
    scopes,
    publisher,
    plugins,
    packages,
    networks,
    createdAt,
    expiresAt,
    lastUsedAt,
  } = token;
  return {
    id,
    name,
    prefix,
    scopes,
    publisher,
    plugins,
    packages,
    networks,
    created_at: instant(createdAt),
    expires_at: instant(expiresAt),
    last_used_at: lastUsedAt === null ? null : instant(lastUsedAt),
  };
}
