import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '../contract/api-decorators.js';
import { Metrics } from './metrics.js';
import { Requires } from '../callers/requires.js';

@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Requires('public')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Figures for Prometheus' })
  @ApiOkResponse({
    description: 'In Prometheus’ text format.',
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  read(): Promise<string> {
    return this.metrics.text();
  }
}
