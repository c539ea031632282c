import {
  ArrayNotEmpty,
  ArrayUnique,
  IsIn,
  IsInt,
  IsOptional,
  Matches,
  Max,
  Min,
} from '../platform/requests/body-rules.js';
import { hostScopes } from '#access';
import type { HostScope } from '#access';
import type { Host, KeyFacts, NewKey } from '#install';
import { limits, uuidPattern } from '#kernel';
import type { Page } from '#kernel';
import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';
import { IsInstant } from '../platform/requests/is-instant.js';
import { IsLine } from '../platform/requests/is-line.js';

export const asUuid = { message: '"$property" must be a UUID in lower case, a random one' };

export class CreateHostBody {
  @ApiPropertyOptional({
    format: 'uuid',
    description:
      'Of the host, chosen at random by whoever makes it: so it is found again, whether or not the answer was heard.',
  })
  @IsOptional()
  @Matches(uuidPattern, asUuid)
  id?: string;

  @ApiProperty({ example: 'Galaxy production', minLength: 1, maxLength: limits.hostNameCharacters })
  @IsLine(limits.hostNameCharacters)
  name!: string;

  @ApiPropertyOptional({
    type: String,
    example: 'cloudlaunch',
    description: 'What the host is: the name under which descriptors require it.',
  })
  @IsOptional()
  @IsLine(limits.hostNameCharacters)
  kind?: string | null;

  @ApiPropertyOptional({
    type: String,
    example: '4.0.0',
    description: 'Held against the ranges that descriptors require.',
  })
  @IsOptional()
  @IsLine(limits.hostNameCharacters)
  version?: string | null;

  @ApiPropertyOptional({
    type: String,
    example: 'galaxy',
    description: 'A publisher of yours, whose members may then manage the host too.',
  })
  @IsOptional()
  @IsLine(limits.publisherNameCharacters)
  publisher?: string | null;
}

export class ChangeHostBody {
  @ApiPropertyOptional({ type: String, example: 'Galaxy production' })
  @IsOptional()
  @IsLine(limits.hostNameCharacters)
  name?: string;

  @ApiPropertyOptional({ type: String, example: 'cloudlaunch' })
  @IsOptional()
  @IsLine(limits.hostNameCharacters)
  kind?: string | null;

  @ApiPropertyOptional({ type: String, example: '4.1.0' })
  @IsOptional()
  @IsLine(limits.hostNameCharacters)
  version?: string | null;
}

export class RotateKeyBody {
  @ApiPropertyOptional({ type: String, example: 'from November', maxLength: limits.keyNameCharacters })
  @IsOptional()
  @IsLine(limits.keyNameCharacters)
  name?: string | null;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Without it the key has no end.' })
  @IsOptional()
  @IsInstant()
  expires_at?: string | null;

  @ApiPropertyOptional({
    type: 'integer',
    example: 3600,
    description: 'How many seconds the keys before it live on.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(limits.keyOverlapSeconds)
  overlap_s?: number;
}

export class AddHostKeyBody extends RotateKeyBody {
  @ApiPropertyOptional({
    enum: hostScopes,
    isArray: true,
    description: 'All three unless fewer are asked for.',
  })
  @IsOptional()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(hostScopes, { each: true })
  scopes?: HostScope[];
}

export class HostBody {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'Galaxy production' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: 'cloudlaunch' })
  kind!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '4.0.0' })
  version!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'galaxy' })
  publisher!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;
}

export class KeyBody {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, example: 'from November' })
  name!: string | null;

  @ApiProperty({ example: 'mrt_host_4fzyo8', description: 'How the key begins.' })
  prefix!: string;

  @ApiProperty({ type: String, isArray: true, example: ['install', 'introspect', 'report'] })
  scopes!: string[];

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Kept to the minute or so.',
  })
  last_used_at!: string | null;
}

export class NewKeyBody extends KeyBody {
  @ApiProperty({ description: 'The key itself. It is shown this once.' })
  key!: string;
}

export class NewHostBody extends HostBody {
  @ApiProperty({ description: 'The host’s first key. It is shown this once.' })
  key!: string;

  @ApiProperty({ example: 'mrt_host_4fzyo8' })
  prefix!: string;
}

export class HostPage {
  @ApiProperty({ type: HostBody, isArray: true })
  items!: HostBody[];

  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
}

export class KeyPage {
  @ApiProperty({ type: KeyBody, isArray: true })
  items!: KeyBody[];

  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
}

export const hostBody = (host: Host): HostBody => ({
  id: host.id,
  name: host.name,
  kind: host.kind,
  version: host.version,
  publisher: host.publisher,
  created_at: new Date(host.createdAt).toISOString(),
});

export const newHostBody = (host: Host, key: NewKey): NewHostBody => ({
  ...hostBody(host),
  key: key.secret.text,
  prefix: key.secret.prefix,
});

export const hostPage = (page: Page<Host>): HostPage => ({
  items: page.items.map(hostBody),
  next: page.next,
});

const instant = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

const keyBody = (key: KeyFacts): KeyBody => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  scopes: [...key.scopes],
  created_at: new Date(key.createdAt).toISOString(),
  expires_at: instant(key.expiresAt),
  last_used_at: instant(key.lastUsedAt),
});

export const newKeyBody = (key: NewKey): NewKeyBody => ({
  ...keyBody({ ...key, prefix: key.secret.prefix, lastUsedAt: null }),
  key: key.secret.text,
});

/** All live keys of a holder: their number has a limit, so one page takes them. */
export const keyPage = (keys: readonly KeyFacts[]): KeyPage => ({ items: keys.map(keyBody), next: null });
