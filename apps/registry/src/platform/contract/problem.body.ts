import { ApiProperty } from './api-decorators.js';

/** A problem document (RFC 9457): the answer to everything that is refused. */
export class ProblemBody {
  @ApiProperty({ example: 'about:blank' })
  type!: string;

  @ApiProperty({ description: 'The name of the status.', example: 'Not Found' })
  title!: string;

  @ApiProperty({ example: 404, type: 'integer' })
  status!: number;

  @ApiProperty({ description: 'Stable, for programs to act upon.', example: 'plugin-not-found' })
  code!: string;

  @ApiProperty({
    description: 'A sentence for people that says what to do.',
    example: 'There is no such plugin.',
  })
  detail!: string;

  @ApiProperty({ description: 'Under this id the log of the store has the request.' })
  request_id!: string;
}
