import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isRunByNpm } from '../config.js';
import type { Settings } from '../config.js';
import { DataFolder } from '../data-folder.js';
import { Metrics } from '../metrics.js';
import { StoreSettings } from '../store-settings.js';
import { welcome } from '../welcome.js';
import { stopOnSignals } from './stop-on-signals.js';
import type { Store } from './store.js';

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** Throws CannotStart where the folder can't be used. */
export const openDataFolder = (settings: Settings): DataFolder =>
  DataFolder.open(settings.dataFolder, settings.demo ?? loopback.has(settings.host));

/** Starts the store, publishes the examples where they are due, and says where it is. Runs until it is stopped. */
export async function runServer(settings: Settings, store: Store): Promise<void> {
  const folder = openDataFolder(settings);
  const app = await store.make(settings);
  stopOnSignals(app, settings.shutdownMs, isRunByNpm());
  if (settings.role !== 'work') await listen(app, settings);
  if (folder.isDemoDue(settings.demo)) {
    await store.publishExamples(app);
    folder.demoIsDone();
  }
  const lines =
    settings.role === 'work'
      ? ['Mortise works.']
      : welcome(app.get(StoreSettings), store.passwordFile(settings));
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function listen(app: NestFastifyApplication, settings: Settings): Promise<void> {
  try {
    await app.listen(settings.port, settings.host);
  } catch (error) {
    await app.close();
    throw error;
  }
  app.get(StoreSettings).listensOn(await app.getUrl());
  void app.get(Metrics).open();
}
