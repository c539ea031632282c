/**
 * Floor: a Nest application on Fastify that does what every route of the store goes through (two guards, a pipe and a
 * filter, all global; with `--hooks` also a request id, a line in the log and a histogram), and then sends bytes that
 * it holds ready. Without hooks, its start and its memory are the floor of ours as well. The last argument is a port.
 */
import 'reflect-metadata';
import { Controller, Get, Module, Post, Req, Res, SetMetadata } from '@nestjs/common';
import type {
  ArgumentsHost,
  CanActivate,
  ExceptionFilter,
  ExecutionContext,
  PipeTransform,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { headersWithoutBody } from './bare-answer.js';
import type { BareAnswer, BareCommand, BareReply } from './bare-answer.js';

let answer: BareAnswer = { status: 200, headers: {}, body: Buffer.from('{}') };
let emptyHeaders: Record<string, string> = {};

class QueryShape implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return !context.switchToHttp().getRequest<FastifyRequest>().url.includes('?');
  }
}

class CallerShape implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest & { caller: string }>();
    request.caller = request.headers.authorization ?? 'anonymous';
    return Reflect.getMetadata('bench:permission', context.getHandler()) === 'read';
  }
}

class FilterShape implements ExceptionFilter {
  catch(_error: unknown, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<FastifyReply>().status(500).send();
  }
}

class PipeShape implements PipeTransform {
  transform(value: unknown): unknown {
    return value;
  }
}

@Controller()
class BareController {
  @Get('api/v1/plugins/:publisher/:plugin')
  @SetMetadata('bench:permission', 'read')
  plugin(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    send(request, reply);
  }

  @Get('api/v1/plugins/:publisher/:plugin/versions')
  @SetMetadata('bench:permission', 'read')
  versions(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    send(request, reply);
  }

  @Get('api/v1/plugins/:publisher/:plugin/versions/:version/manifest')
  @SetMetadata('bench:permission', 'read')
  manifest(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    send(request, reply);
  }

  @Post('oauth/introspect')
  @SetMetadata('bench:permission', 'read')
  introspect(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    send(request, reply);
  }
}

@Module({
  controllers: [BareController],
  providers: [
    { provide: APP_GUARD, useClass: QueryShape },
    { provide: APP_GUARD, useClass: CallerShape },
    { provide: APP_FILTER, useClass: FilterShape },
    { provide: APP_PIPE, useClass: PipeShape },
  ],
})
class BareModule {}

function send(request: FastifyRequest, reply: FastifyReply): void {
  const condition = request.headers['if-none-match'];
  if (condition !== undefined && condition === answer.headers['etag']) {
    reply.code(304).headers(emptyHeaders).send();
  } else {
    reply.code(answer.status).headers(answer.headers).send(answer.body);
  }
}

/** The hooks of the store, as anybody would write them: an id, a line in the log, a figure. */
async function meetRequests(fastify: FastifyInstance): Promise<void> {
  const { pino } = await import('pino');
  const { Histogram, Registry } = await import('prom-client');
  const log = pino({ base: null }, pino.destination({ dest: 2, sync: false, minLength: 4096 }));
  const durations = new Histogram({
    name: 'bench_http_request_duration_seconds',
    help: 'Time that an answer took.',
    labelNames: ['method', 'route', 'status'],
    registers: [new Registry()],
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { url: route = '' } = request.routeOptions;
    const { statusCode: status, elapsedTime } = reply;
    durations.observe({ method: request.method, route, status }, elapsedTime / 1000);
    log.info({ requestId: request.id, method: request.method, route, status, ms: elapsedTime }, 'answered');
    done();
  });
}

const adapter = new FastifyAdapter({
  logger: false,
  genReqId: () => randomUUID(),
  forceCloseConnections: 'idle',
});
if (process.argv.includes('--hooks')) await meetRequests(adapter.getInstance());
const app = await NestFactory.create<NestFastifyApplication>(BareModule, adapter, { logger: false });
await app.listen(Number(process.argv.at(-1)), '127.0.0.1');
const port = Number(new URL(await app.getUrl()).port);

process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
process.on('message', (command: BareCommand) => {
  answer = { ...command.answer, body: Buffer.from(command.answer.body) };
  emptyHeaders = headersWithoutBody(answer.headers);
  process.send!({ port } satisfies BareReply);
});
