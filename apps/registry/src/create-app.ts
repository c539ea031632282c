import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { limits } from '#kernel';
import { AppModule } from './app.module.js';
import type { Settings } from './platform/config.js';
import { tarTypes, yamlTypes } from './platform/media-type.js';

/** Makes the server, ready to listen: the same for the command, the tests and the contract. */
export async function createApp(settings: Settings): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    logger: false,
    genReqId: () => randomUUID(),
    bodyLimit: limits.jsonBodyBytes,
    routerOptions: { maxParamLength: limits.pathParameterCharacters },
    forceCloseConnections: 'idle',
  });
  const fastify = adapter.getInstance();
  // Text arrives as it was written; multipart and archives are left to whoever reads the stream.
  fastify.removeContentTypeParser('text/plain');
  fastify.addContentTypeParser(
    [...yamlTypes, 'text/plain'],
    { parseAs: 'buffer', bodyLimit: limits.descriptorBytes },
    (_request, body, done) => done(null, body),
  );
  fastify.addContentTypeParser(['multipart/form-data', ...tarTypes], (_request, _payload, done) =>
    done(null),
  );
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(settings), adapter, {
    logger: false,
    abortOnError: false,
  });
  await app.init();
  return app;
}
