import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';

/** One thing that is wrong with, or worth knowing of, a descriptor's text. */
export class DescriptorProblemBody {
  @ApiProperty({ description: 'Stable, kebab-case.', example: 'unknown-key' })
  code!: string;

  @ApiProperty({
    description: 'JSON pointer (RFC 6901); empty for the whole text.',
    example: '/frontend_componet',
  })
  pointer!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 12 })
  line!: number;

  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  column!: number;

  @ApiProperty({ example: 'There is no key "frontend_componet"; did you mean "frontend_component"?' })
  message!: string;

  @ApiPropertyOptional({ description: 'What to write instead.', example: 'frontend_component' })
  fix?: string;

  @ApiProperty({ enum: ['error', 'warning'], example: 'error' })
  severity!: string;
}
