import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { limits } from '#kernel';
import { ApiPropertyOptional } from '../platform/contract/api-decorators.js';

const defaultLimit = 20;

/** Where a page of a list begins and how long it is. */
export class ListQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: limits.itemsPerPage, default: defaultLimit })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(limits.itemsPerPage)
  limit: number = defaultLimit;

  @ApiPropertyOptional({ description: 'The `next` of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.pathParameterCharacters)
  cursor?: string;
}
