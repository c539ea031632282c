import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { Settings } from './platform/settings/config.js';
import { meetEveryRequest } from './platform/server/every-request.js';
import { InFlight } from './platform/server/in-flight.js';
import { Log, openLog } from './platform/server/log.js';
import { makeAdapter } from './platform/server/make-adapter.js';
import { Metrics } from './platform/server/metrics.js';
import { RouteTable } from './platform/server/route-table.js';

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
