import { IsIn, IsOptional, IsString, MaxLength } from '../platform/requests/body-rules.js';
import type { MemberRole, Publisher, PublisherMember, Trust } from '#access';
import { limits } from '#kernel';
import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';
import { IsLine } from '../platform/requests/is-line.js';
import { IsProse } from '../platform/requests/is-prose.js';

const trusts: readonly Trust[] = ['trusted', 'untrusted'];
const memberRoles: readonly MemberRole[] = ['owner', 'maintainer'];

/** Asks for a publisher. */
export class NewPublisherBody {
  @ApiProperty({
    description: 'Its id is the normalised name: lower case, runs of `-`, `_`, `.` and space become one `-`.',
    maxLength: limits.publisherNameCharacters,
    example: 'Galaxy',
  })
  @IsString()
  @MaxLength(limits.pathParameterCharacters)
  name!: string;

  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    maxLength: limits.publisherTitleCharacters,
    example: 'The Galaxy project',
  })
  @IsOptional()
  @IsLine(limits.publisherTitleCharacters)
  title?: string | null;

  @ApiPropertyOptional({ description: 'Only administrators say `trusted`.', enum: trusts, nullable: true })
  @IsOptional()
  @IsIn(trusts)
  trust?: Trust | null;
}

/** What an account is to be in a publisher. */
export class MemberRoleBody {
  @ApiProperty({ enum: memberRoles, example: 'maintainer' })
  @IsIn(memberRoles)
  role!: MemberRole;
}

/** Whether a publisher is trusted, and why. */
export class PublisherTrustBody {
  @ApiProperty({ enum: trusts, example: 'trusted' })
  @IsIn(trusts)
  trust!: Trust;

  @ApiProperty({ maxLength: limits.reasonCharacters, example: 'We know its maintainers.' })
  @IsProse(limits.reasonCharacters)
  reason!: string;
}

export class PublisherBody {
  @ApiProperty({ description: 'The normalised name.', example: 'galaxy' })
  id!: string;

  @ApiProperty({ description: 'As it was written.', example: 'Galaxy' })
  name!: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'The Galaxy project' })
  title!: string | null;

  @ApiProperty({ description: 'What its releases start with.', enum: trusts, example: 'untrusted' })
  trust!: Trust;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:00:00.000Z' })
  created_at!: string;
}

export class MemberBody {
  @ApiProperty({ example: 'ada' })
  username!: string;

  @ApiProperty({ enum: memberRoles, example: 'owner' })
  role!: MemberRole;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:00:00.000Z' })
  added_at!: string;
}

/** All members of a publisher; their number is bounded, so that there is no further page. */
export class MemberPageBody {
  @ApiProperty({ type: MemberBody, isArray: true })
  items!: readonly MemberBody[];

  @ApiProperty({ type: 'string', nullable: true, example: null })
  next!: null;
}

export function toPublisherBody({ id, name, title, trust, createdAt }: Publisher): PublisherBody {
  return { id, name, title, trust, created_at: new Date(createdAt).toISOString() };
}

export function toMemberPageBody(members: readonly PublisherMember[]): MemberPageBody {
  const items = members.map(({ username, role, addedAt }) => ({
    username,
    role,
    added_at: new Date(addedAt).toISOString(),
  }));
  return { items, next: null };
}
