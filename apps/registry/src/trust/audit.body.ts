import { IsOptional } from '../platform/requests/body-rules.js';
import type { AuditEntry, AuditFilter } from '#trust';
import { limits } from '#kernel';
import type { Actor, Page } from '#kernel';
import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';
import { IsInstant } from '../platform/requests/is-instant.js';
import { IsLine } from '../platform/requests/is-line.js';
import { PageQuery } from '../platform/requests/page.body.js';

/** What audit entries must have. */
export class AuditQuery extends PageQuery {
  @ApiPropertyOptional({
    description: 'Who, by the name that they had then.',
    type: 'string',
    example: 'ada',
  })
  @IsOptional()
  @IsLine(limits.pathParameterCharacters)
  actor?: string;

  @ApiPropertyOptional({ description: 'Did what.', type: 'string', example: 'set-publisher-trust' })
  @IsOptional()
  @IsLine(limits.pathParameterCharacters)
  action?: string;

  @ApiPropertyOptional({ description: 'To what.', type: 'string', example: 'publisher:galaxy' })
  @IsOptional()
  @IsLine(limits.pathParameterCharacters)
  target?: string;

  @ApiPropertyOptional({ description: 'Not before.', format: 'date-time', example: '2026-11-21T00:00:00Z' })
  @IsOptional()
  @IsInstant()
  since?: string;

  @ApiPropertyOptional({ description: 'Before.', format: 'date-time', example: '2026-11-22T00:00:00Z' })
  @IsOptional()
  @IsInstant()
  until?: string;
}

/** Who did something. */
export class ActorBody {
  @ApiProperty({ enum: ['account', 'host', 'system'], example: 'account' })
  kind!: Actor['kind'];

  @ApiProperty({ type: 'string', nullable: true, example: '4f0c6a5e-9b0e-4a4c-8f6c-2f4f0b8f8f10' })
  id!: string | null;

  @ApiProperty({ example: 'ada' })
  name!: string;
}

/** Who did what to what, when and why. */
export class AuditEntryBody {
  @ApiProperty({ description: 'Rises with every entry.', type: 'integer', example: 17 })
  sequence!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:00:00.000Z' })
  at!: string;

  @ApiProperty({ type: ActorBody })
  actor!: ActorBody;

  @ApiProperty({ example: 'set-publisher-trust' })
  action!: string;

  @ApiProperty({ example: 'publisher:galaxy' })
  target!: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'We know its maintainers.' })
  reason!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { trust: 'trusted' } })
  details!: Readonly<Record<string, unknown>>;
}

/** A part of the audit log. */
export class AuditPageBody {
  @ApiProperty({ type: AuditEntryBody, isArray: true })
  items!: readonly AuditEntryBody[];

  @ApiProperty({ type: 'string', nullable: true, example: null })
  next!: string | null;
}

export function toAuditFilter({ actor, action, target, since, until }: AuditQuery): AuditFilter {
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined ? {} : { action }),
    ...(target === undefined ? {} : { target }),
    ...(since === undefined ? {} : { since: Date.parse(since) }),
    ...(until === undefined ? {} : { until: Date.parse(until) }),
  };
}

export function toAuditPageBody({ items, next }: Page<AuditEntry>): AuditPageBody {
  return { items: items.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })), next };
}
