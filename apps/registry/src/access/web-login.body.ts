import { ApiProperty } from '../platform/contract/api-decorators.js';

/** A sign-in that a client waits for. */
export class WebLoginBody {
  @ApiProperty({
    description: 'Until when it can be approved.',
    format: 'date-time',
    example: '2026-11-21T09:10:00.000Z',
  })
  expires_at!: string;
}
