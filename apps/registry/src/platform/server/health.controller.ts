import { Controller, Get, Header } from '@nestjs/common';
import { RegistryError } from '#kernel';
import { ApiOkResponse, ApiOperation, ApiProperty } from '../contract/api-decorators.js';
import { Refuses } from '../contract/refuses.js';
import { Readiness } from './readiness.js';
import { Requires } from '../callers/requires.js';

class HealthBody {
  @ApiProperty({ enum: ['live', 'ready'], example: 'ready' })
  status!: 'live' | 'ready';
}

const retryAfterSeconds = 1;

@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @Requires('public')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Whether the process answers at all' })
  @ApiOkResponse({ type: HealthBody, description: 'It does.' })
  live(): HealthBody {
    return { status: 'live' };
  }

  @Get('ready')
  @Requires('public')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Whether the store takes requests',
    description:
      'It does once migrations are done, it has heard what other processes committed, and the search index has caught up with the database.',
  })
  @ApiOkResponse({ type: HealthBody, description: 'It does.' })
  @Refuses({
    kind: 'unavailable',
    code: 'not-ready',
    when: 'Something is being waited for: `checks` says what.',
  })
  async ready(): Promise<HealthBody> {
    const checks = await this.readiness.ask();
    const waiting = Object.entries(checks).filter(([, reason]) => reason !== null);
    if (waiting.length === 0) return { status: 'ready' };
    throw new RegistryError(
      'unavailable',
      'not-ready',
      `The store is not ready yet: ${waiting.map(([name, reason]) => `${name}: ${reason ?? ''}`).join(' ')} Ask again soon.`,
      { retryAfterSeconds, details: { checks } },
    );
  }
}
