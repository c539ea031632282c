import { IsString, MaxLength } from '../platform/requests/body-rules.js';
import { limits } from '#kernel';
import { ApiProperty } from '../platform/contract/api-decorators.js';

/** Asks for a session. */
export class SignInBody {
  @ApiProperty({ maxLength: limits.usernameCharacters, example: 'ada' })
  @IsString()
  @MaxLength(limits.usernameCharacters)
  username!: string;

  @ApiProperty({ maxLength: limits.passwordBytes, example: 'correct horse battery' })
  @IsString()
  @MaxLength(limits.passwordBytes)
  password!: string;
}

/** A session that has begun. */
export class SessionBody {
  @ApiProperty({
    description: 'A JWT, to be sent as `Authorization: Bearer …`.',
    example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…',
  })
  access_token!: string;

  @ApiProperty({ enum: ['Bearer'], example: 'Bearer' })
  token_type!: 'Bearer';

  @ApiProperty({ description: 'Seconds until the session ends by itself.', type: 'integer', example: 43200 })
  expires_in!: number;
}
