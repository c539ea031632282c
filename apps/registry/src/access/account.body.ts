import {
  ArrayMaxSize,
  IsArray,
  IsEmail,
  IsIn,
  IsOptional,
  IsString,
  MaxLength,
} from '../platform/requests/body-rules.js';
import type { Account, MemberRole, Membership, Role } from '#access';
import { limits } from '#kernel';
import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';

const roles: readonly Role[] = ['moderator', 'administrator'];

/** Asks for an account. */
export class RegistrationBody {
  @ApiProperty({
    description: 'Letters, digits and single hyphens between them; unique without regard to case.',
    maxLength: limits.usernameCharacters,
    example: 'ada',
  })
  @IsString()
  @MaxLength(limits.usernameCharacters)
  username!: string;

  @ApiProperty({
    description: 'Any characters.',
    minLength: limits.passwordCharactersMin,
    maxLength: limits.passwordBytes,
    example: 'correct horse battery',
  })
  @IsString()
  @MaxLength(limits.passwordBytes)
  password!: string;

  @ApiPropertyOptional({ type: 'string', format: 'email', nullable: true, example: 'ada@example.org' })
  @IsOptional()
  @IsEmail()
  @MaxLength(limits.emailCharacters)
  email?: string | null;
}

/** Asks for another password. */
export class PasswordChangeBody {
  @ApiProperty({ maxLength: limits.passwordBytes, example: 'correct horse battery' })
  @IsString()
  @MaxLength(limits.passwordBytes)
  old_password!: string;

  @ApiProperty({
    minLength: limits.passwordCharactersMin,
    maxLength: limits.passwordBytes,
    example: 'a different horse battery',
  })
  @IsString()
  @MaxLength(limits.passwordBytes)
  new_password!: string;
}

/** Which roles somebody has from now on. */
export class RolesBody {
  @ApiProperty({
    description: 'All of them; an empty list takes every role away. `administrator` includes `moderator`.',
    enum: roles,
    isArray: true,
    example: ['moderator'],
  })
  @IsArray()
  @ArrayMaxSize(roles.length)
  @IsIn(roles, { each: true })
  roles!: Role[];
}

/** An account, as its person and administrators see it. */
export class AccountBody {
  @ApiProperty({ format: 'uuid', example: '4f0c6a5e-9b0e-4a4c-8f6c-2f4f0b8f8f10' })
  id!: string;

  @ApiProperty({ example: 'ada' })
  username!: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'ada@example.org' })
  email!: string | null;

  @ApiProperty({ enum: roles, isArray: true, example: [] })
  roles!: readonly Role[];

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:00:00.000Z' })
  created_at!: string;
}

/** What somebody is to a publisher. */
export class MembershipBody {
  @ApiProperty({ description: 'The publisher’s id.', example: 'galaxy' })
  publisher!: string;

  @ApiProperty({ enum: ['owner', 'maintainer'], example: 'owner' })
  role!: MemberRole;
}

/** One’s own account. */
export class OwnAccountBody extends AccountBody {
  @ApiProperty({ type: MembershipBody, isArray: true })
  publishers!: readonly MembershipBody[];
}

export const toAccountBody = (account: Account): AccountBody => membersOf(account);

export function toOwnAccountBody(account: Account, memberships: readonly Membership[]): OwnAccountBody {
  return { ...membersOf(account), publishers: memberships };
}

function membersOf({ id, username, email, roles: held, createdAt }: Account) {
  return { id, username, email, roles: held, created_at: new Date(createdAt).toISOString() };
}
