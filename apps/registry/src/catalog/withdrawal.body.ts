import { IsOptional, IsString, Matches, MaxLength } from '../platform/requests/body-rules.js';
import { limits } from '#kernel';
import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';

const somethingWritten = /\S/;

export class YankReleaseBody {
  @ApiProperty({ maxLength: limits.reasonCharacters, example: 'Loses data when it is upgraded.' })
  @IsString()
  @MaxLength(limits.reasonCharacters)
  @Matches(somethingWritten, { message: 'reason must say why, in words that users can act upon' })
  reason!: string;
}

export class DeprecateReleaseBody {
  @ApiProperty({ maxLength: limits.reasonCharacters, example: 'Use galaxy/kube-next instead.' })
  @IsString()
  @MaxLength(limits.reasonCharacters)
  @Matches(somethingWritten, { message: 'message must say what to use instead, or what to know' })
  message!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'The plugin to use instead: publisher/name, in any spelling.',
    example: 'galaxy/kube-next',
  })
  @IsOptional()
  @IsString()
  @MaxLength(limits.nameInSentenceCharacters)
  replaced_by?: string | null;
}
