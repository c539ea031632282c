import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { Settings } from './platform/config.js';
import { meetEveryRequest } from './platform/every-request.js';
import { InFlight } from './platform/in-flight.js';
import { Log, openLog } from './platform/log.js';
import { makeAdapter } from './platform/make-adapter.js';
import { Metrics } from './platform/metrics.js';
import { RouteTable } from './platform/route-table.js';

/** Makes the server, ready to listen: the same for the command, the tests and the contract. */
export async function createApp(
  settings: Settings,
  log: Log = openLog(settings.logLevel),
): Promise<NestFastifyApplication> {
  const adapter = makeAdapter(settings.trustedProxies);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(settings, log), adapter, {
    logger: false,
    abortOnError: false,
    // The adapter has parsers for all that the store takes.
    bodyParser: false,
  });
  const routes = app.get(RouteTable);
  routes.watch(adapter.getInstance());
  meetEveryRequest(adapter.getInstance(), {
    log,
    metrics: app.get(Metrics),
    places: app.get(InFlight).of('requests'),
    mostInFlight: settings.requestsInFlight,
    routes,
  });
  await app.init();
  return app;
}
