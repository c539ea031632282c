import 'reflect-metadata';
import { Controller, Get, Query } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IsOptional, IsString } from './body-rules.js';
import request from 'supertest';
import { bodyPipe } from './body.js';
import { ApiQuery } from '../contract/api-decorators.js';
import { openLog } from '../server/log.js';
import { ProblemFilter } from '../answers/problem.filter.js';
import { QueryGuard } from './query.guard.js';
import { RouteTable } from '../server/route-table.js';

class ListQuery {
  @IsOptional()
  @IsString()
  category?: string;

  @IsOptional()
  @IsString({ each: true })
  tag?: string[];
}

@Controller('api/v1/samples')
class SampleController {
  @Get('none')
  none(): object {
    return { ok: true };
  }

  @Get('class')
  shape(@Query() _query: ListQuery): object {
    return { ok: true };
  }

  @Get('named')
  named(@Query('range') _range?: string): object {
    return { ok: true };
  }

  @Get('described')
  @ApiQuery({ name: 'q' })
  @ApiQuery({ name: 'kind', isArray: true })
  described(@Query() _query: Record<string, unknown>): object {
    return { ok: true };
  }
}

describe('query parameters under /api/v1', () => {
  let app: NestFastifyApplication;
  const get = async (path: string) => {
    const { status, body } = await request(app.getHttpServer()).get(`/api/v1/samples/${path}`);
    return { status, body: body as Record<string, unknown> };
  };

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      controllers: [SampleController],
      providers: [
        { provide: APP_GUARD, useClass: QueryGuard },
        { provide: APP_FILTER, useValue: new ProblemFilter(openLog('silent'), new RouteTable()) },
        { provide: APP_PIPE, useValue: bodyPipe },
      ],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  afterAll(() => app.close());

  it.each([
    'none',
    'class?category=a',
    'class?tag=a&tag=b',
    'class?tag=a',
    'named?range=1',
    'described?q=a&kind=b&kind=c',
  ])('are taken where the route declares them: %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 200 });
  });

  it.each(['none?x=1', 'class?other=1', 'named?q=1', 'described?tag=1', 'named?__proto__=1'])(
    'are refused where it does not: %s',
    async (path) => {
      expect(await get(path)).toMatchObject({ status: 400, body: { code: 'unknown-parameter' } });
    },
  );

  it('are refused with the name that was probably meant', async () => {
    const { body } = await get('class?catgory=a');
    expect(body).toMatchObject({ parameter: 'catgory', did_you_mean: 'category' });
    expect(body.detail).toContain('Did you mean "category"?');
  });

  it.each(['class?category=a&category=b', 'named?range=1&range=2', 'described?q=a&q=b'])(
    'are refused twice where one value is due: %s',
    async (path) => {
      expect(await get(path)).toMatchObject({ status: 400, body: { code: 'repeated-parameter' } });
    },
  );
});
