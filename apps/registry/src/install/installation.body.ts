import {
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from '../platform/requests/body-rules.js';
import { invalidRange, invalidVersion, tooManySelectors, tooManyToFollow } from '#install';
import type { Following, Installation, InstallOutcome, Selector } from '#install';
import { isVersion, isVersionRange, limits, uuidPattern } from '#kernel';
import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';
import { IsLine } from '../platform/requests/is-line.js';
import { asUuid, RotateKeyBody } from './host.body.js';

export class MoveInstallationBody {
  @ApiPropertyOptional({ type: String, example: '1.2.0', description: 'One exact version.' })
  @IsOptional()
  @IsLine(limits.selectorCharacters)
  version?: string | null;

  @ApiPropertyOptional({
    type: String,
    example: '^1.2',
    description: 'The highest that fits and suits the host, as npm reads ranges.',
  })
  @IsOptional()
  @IsLine(limits.selectorCharacters)
  range?: string | null;

  @ApiPropertyOptional({ type: String, example: 'beta' })
  @IsOptional()
  @IsLine(limits.selectorCharacters)
  channel?: string | null;

  @ApiPropertyOptional({
    enum: ['trusted', 'untrusted'],
    description: 'A host may trust less than the store, never more.',
  })
  @IsOptional()
  @IsIn(['trusted', 'untrusted'])
  trust?: 'trusted' | 'untrusted';

  @ApiPropertyOptional({ type: Boolean, description: 'Install a yanked version all the same.' })
  @IsOptional()
  @IsBoolean()
  allow_yanked?: boolean;

  @ApiPropertyOptional({
    type: Boolean,
    description: 'Install it all the same where it requires another host, or another version of it.',
  })
  @IsOptional()
  @IsBoolean()
  ignore_requires?: boolean;
}

export class InstallPluginBody extends MoveInstallationBody {
  @ApiProperty({ example: 'galaxy/kubeplugin' })
  @IsString()
  @MaxLength(limits.selectorCharacters)
  @Matches(/^[^/]+\/[^/]+$/, { message: '"plugin" must be written as publisher/name' })
  plugin!: string;

  @ApiPropertyOptional({
    format: 'uuid',
    description:
      'Of the installation, chosen at random by the host: so it finds what it asked for, whether or not it heard the answer.',
  })
  @IsOptional()
  @Matches(uuidPattern, asUuid)
  id?: string;
}

export class RotatePluginKeyBody extends RotateKeyBody {
  @ApiPropertyOptional({ format: 'uuid', description: 'Of the key, chosen at random by the host.' })
  @IsOptional()
  @Matches(uuidPattern, asUuid)
  id?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The id of the one key that it replaces; null: none. Without it, all.',
  })
  @IsOptional()
  @Matches(uuidPattern, asUuid)
  replaces?: string | null;
}

export class InstallationBody {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'galaxy/kubeplugin' })
  plugin!: string;

  @ApiProperty({ example: '1.2.0' })
  version!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '^1.2',
    description: 'The range that updates follow.',
  })
  range!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The channel that updates follow.',
  })
  channel!: string | null;

  @ApiProperty({ enum: ['trusted', 'untrusted'], description: 'How far the host trusts it, at most.' })
  trust!: 'trusted' | 'untrusted';

  @ApiProperty({ format: 'uri' })
  manifest_url!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

export class NewInstallationBody extends InstallationBody {
  @ApiPropertyOptional({
    description: 'The plugin’s own key. It is shown this once, and not for what is there already.',
  })
  key?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Of that key, where it is shown.' })
  key_id?: string;
}

export class InstallationPage {
  @ApiProperty({ type: InstallationBody, isArray: true })
  items!: InstallationBody[];

  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
}

/** What the body asks for; undefined when it names none of the three. Throws when it names several. */
export function selectorOf(body: MoveInstallationBody): Selector | undefined {
  const named = [body.version, body.range, body.channel].filter((one) => one !== undefined && one !== null);
  if (named.length > 1) throw tooManySelectors();
  if (body.version) {
    if (!isVersion(body.version)) throw invalidVersion(body.version);
    return { kind: 'version', version: body.version };
  }
  if (body.range) return { kind: 'range', range: body.range };
  if (body.channel)
    return body.channel === 'latest' ? { kind: 'latest' } : { kind: 'channel', channel: body.channel };
  return undefined;
}

/** Where a move leads: beside a version, a range or channel is what updates follow. */
export function selectedBy(body: MoveInstallationBody): {
  selector: Selector | null;
  follows?: Following;
} {
  const { version, range = null, channel = null } = body;
  if (!version || (range === null && channel === null)) return { selector: selectorOf(body) ?? null };
  if (range !== null && channel !== null) throw tooManyToFollow();
  if (range !== null && !isVersionRange(range)) throw invalidRange(range);
  return { selector: selectorOf({ version }) ?? null, follows: { range, channel } };
}

export const installationBody = (installation: Installation, publicUrl: string): InstallationBody => ({
  id: installation.id,
  plugin: installation.plugin,
  version: installation.version,
  range: installation.range,
  channel: installation.channel,
  trust: installation.trust,
  manifest_url: `${publicUrl}/api/v1/plugins/${installation.plugin}/versions/${installation.version}/manifest${installation.trust === 'untrusted' ? '?trust=untrusted' : ''}`,
  created_at: new Date(installation.createdAt).toISOString(),
  updated_at: new Date(installation.updatedAt).toISOString(),
});

export const newInstallationBody = (
  installation: Installation,
  publicUrl: string,
  key: InstallOutcome['key'],
): NewInstallationBody => ({
  ...installationBody(installation, publicUrl),
  ...(key ? { key: key.secret.text, key_id: key.id } : {}),
});
