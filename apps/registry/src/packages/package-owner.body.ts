import { limits } from '#kernel';
import { IsOptional, IsString, MaxLength } from '../platform/requests/body-rules.js';
import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';

export class PackageOwnerBody {
  @ApiProperty({ description: 'Whose the name becomes, in any spelling.', example: 'galaxy' })
  @IsString()
  @MaxLength(limits.pathParameterCharacters)
  publisher!: string;

  @ApiPropertyOptional({ maxLength: limits.reasonCharacters, example: 'They maintain it upstream as well.' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.reasonCharacters)
  reason?: string;
}

/** A name on the store's npm or Python side. */
export class PackageBody {
  @ApiProperty({ enum: ['npm', 'python'], example: 'npm' })
  side!: string;

  @ApiProperty({ description: 'Normalised on the Python side.', example: '@cloudve/kube' })
  name!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Whose it is; null where it is upstream’s, and what the store has of it was pulled from there.',
    example: 'galaxy',
  })
  publisher!: string | null;
}
