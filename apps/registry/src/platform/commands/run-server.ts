import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isPostgresAddress } from '#database';
import { ClusterSecrets, Leadership } from '#kernel';
import { CannotStart } from '../cannot-start.js';
import { isRunByNpm } from '../settings/config.js';
import type { Settings } from '../settings/config.js';
import { DataFolder } from '../storage/data-folder.js';
import { Log } from '../server/log.js';
import { Metrics } from '../server/metrics.js';
import { StoreSettings } from '../settings/store-settings.js';
import { welcome } from '../welcome.js';
import { stopOnSignals } from './stop-on-signals.js';
import type { Store } from './store.js';

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** Throws CannotStart where the folder can't be used. */
export const openDataFolder = (settings: Settings): DataFolder =>
  DataFolder.open(settings.dataFolder, settings.demo ?? loopback.has(settings.host));

/** Starts the store, publishes the examples where they are due, and says where it is. Runs until it is stopped. */
export async function runServer(settings: Settings, store: Store): Promise<void> {
  requireRole(settings);
  const folder = openDataFolder(settings);
  const app = await store.make(settings);
  stopOnSignals(app, settings.shutdownMs, isRunByNpm());
  await listen(app, settings);
  await publishExamples(settings, folder, app, store);
  const lines =
    settings.role === 'work'
      ? [`Mortise works. Its health and metrics: ${await app.getUrl()}/health/ready and /metrics`]
      : welcome(app.get(StoreSettings), store.passwordFile(settings));
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** An SQLite file has one process, which must do everything. */
function requireRole({ role, database }: Settings): void {
  if (role === 'all' || isPostgresAddress(database)) return;
  throw new CannotStart(
    `One process does everything on SQLite, so it can't ${role} alone: use "start" with MORTISE_ROLE=all, or a PostgreSQL database (MORTISE_DATABASE=postgres://…), which several processes share.`,
    2,
  );
}

async function publishExamples(
  settings: Settings,
  folder: DataFolder,
  app: NestFastifyApplication,
  store: Store,
): Promise<void> {
  if (isPostgresAddress(settings.database)) {
    try {
      await publishSharedExamples(settings, folder, app, store);
    } catch (error) {
      // What serves already goes on serving.
      app.get(Log).warn({ error }, 'the examples are not published yet: the next start tries it again');
    }
    return;
  }
  if (!folder.isDemoDue(settings.demo)) return;
  await store.publishExamples(app);
  folder.demoIsDone();
}

/** One of the processes that share a database does it, once; their data folders know nothing of it. */
async function publishSharedExamples(
  settings: Settings,
  folder: DataFolder,
  app: NestFastifyApplication,
  store: Store,
): Promise<void> {
  const facts = app.get(ClusterSecrets);
  const asked = await facts.get('examples', () => (folder.isDemoDue(settings.demo) ? 'due' : 'off'));
  if (!(settings.demo ?? asked === 'due') || (await facts.find('examples-published')) !== undefined) return;
  await app.get(Leadership).attempt('publish-examples', async () => {
    await store.publishExamples(app);
    await facts.get('examples-published', () => 'done');
  });
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
