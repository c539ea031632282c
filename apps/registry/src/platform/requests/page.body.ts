import { limits } from '#kernel';
import type { PageRequest } from '#kernel';
import { ApiPropertyOptional } from '../contract/api-decorators.js';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min, Type } from './body-rules.js';

/** Which part of a list is asked for. */
export class PageQuery {
  @ApiPropertyOptional({
    description: 'How many items at most.',
    type: 'integer',
    minimum: 1,
    maximum: limits.pageItems,
    default: limits.pageItemsDefault,
    example: 20,
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(limits.pageItems)
  limit?: number;

  @ApiPropertyOptional({
    description: 'Where to go on: `next` of the page before.',
    type: 'string',
    maxLength: limits.cursorCharacters,
  })
  @IsOptional()
  @IsString()
  @MaxLength(limits.cursorCharacters)
  cursor?: string;
}

export function pageOf(query: PageQuery): PageRequest {
  return { limit: query.limit ?? limits.pageItemsDefault, cursor: query.cursor ?? null };
}
