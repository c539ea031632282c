import { IsBoolean, IsIn, IsOptional, IsString, Matches, MaxLength } from '../platform/body-rules.js';
import { invalidVersion, tooManySelectors } from '#install';
import type { Installation, Selector } from '#install';
import { isVersion, limits } from '#kernel';
import type { ApiKey } from '#kernel';
import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';
import { IsLine } from '../platform/is-line.js';

export class MoveInstallationBody {
  @ApiPropertyOptional({ type: String, example: '1.2.0', description: 'One exact version.' })
  @IsOptional()
  @IsLine(limits.selectorCharacters)
  version?: string | null;

  @ApiPropertyOptional({
    type: String,
    example: '^1.2',
    description: 'The highest that fits, as npm reads ranges.',
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
}

export class InstallPluginBody extends MoveInstallationBody {
  @ApiProperty({ example: 'galaxy/kubeplugin' })
  @IsString()
  @MaxLength(limits.selectorCharacters)
  @Matches(/^[^/]+\/[^/]+$/, { message: '"plugin" must be written as publisher/name' })
  plugin!: string;
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
  key: ApiKey | null,
): NewInstallationBody => ({
  ...installationBody(installation, publicUrl),
  ...(key ? { key: key.text } : {}),
});
