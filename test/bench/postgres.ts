import { join } from 'node:path';
import { Database } from '#database';
import { PostgresServer } from '../services/postgres-server.js';
import { alternate } from './alternate.js';
import { profileOf } from './bench-part.js';
import type { BenchContext, PartResult } from './bench-part.js';
import { copyToPostgres } from './copy-to-postgres.js';
import type { LoadPlan } from './load-generator.js';
import { ratioRow } from './report.js';
import type { Row } from './report.js';
import { isInstallable } from './seeded-plugin.js';
import { ratioOf, spreadOf } from './spread.js';
import { ServerProcess } from './store-process.js';

const connections = 16;
const goal = 0.8;

const reads: Readonly<Record<string, (id: string) => string>> = {
  plugin: (id) => `/api/v1/plugins/${id}`,
  versions: (id) => `/api/v1/plugins/${id}/versions`,
  manifest: (id) => `/api/v1/plugins/${id}/versions/1.0.0/manifest`,
};

/** Reads of a warm replica on PostgreSQL, beside those of the embedded default with the same plugins. */
export async function benchPostgres(context: BenchContext): Promise<PartResult> {
  const count = context.options.quick ? 200 : 1000;
  const folder = await context.seeds.folder(count);
  const server = await PostgresServer.start({ durable: true });
  const stores: ServerProcess[] = [];
  try {
    await (await Database.open(server.address())).close();
    await copyToPostgres(join(folder, 'mortise.sqlite'), server.address());
    const environment = { MORTISE_DATABASE: server.address(), MORTISE_BLOBS: join(folder, 'blobs') };
    const replica = await ServerProcess.startStore({
      folder: context.seeds.emptyFolder(),
      environment,
      probe: true,
    });
    const embedded = await ServerProcess.startStore({ folder, probe: true });
    stores.push(replica, embedded);
    for (const store of stores) await store.answers('/health/ready');
    return await measure(context, { replica, embedded }, count);
  } finally {
    await Promise.all(stores.map((store) => store.stop()));
    await server.stop();
  }
}

async function measure(
  context: BenchContext,
  { replica, embedded }: Readonly<Record<'replica' | 'embedded', ServerProcess>>,
  count: number,
): Promise<PartResult> {
  const rows: Row[] = [];
  const profiles: string[] = [];
  const ids = context.seeds
    .plugins(count)
    .filter(isInstallable)
    .map(({ id }) => id);
  for (const [name, pathOf] of Object.entries(reads)) {
    const plan = await context.load.prepare(ids.map((id) => ({ path: pathOf(id) })));
    const contenders = {
      replica: () => rate(context, plan, replica.port),
      embedded: () => rate(context, plan, embedded.port),
    };
    await alternate(contenders, 1); // Both warm themselves up.
    const figures = await alternate(contenders, context.options.quick ? 2 : 5);
    const row = ratioRow(`${name}, all of ${count.toLocaleString('en')} plugins, on PostgreSQL`, {
      ours: spreadOf(figures.replica),
      floor: spreadOf(figures.embedded),
      ratio: ratioOf(figures.replica, figures.embedded),
      goal,
      of: 'the embedded default',
      note: '',
    });
    rows.push(row);
    if (row.reached === false && context.options.profile)
      profiles.push(...(await profileOf(replica, row.what, contenders.replica)));
  }
  return { rows, profiles };
}

async function rate(context: BenchContext, plan: LoadPlan, port: number): Promise<number> {
  const outcome = await context.load.run(plan, {
    port,
    connections,
    seconds: context.options.quick ? 0.2 : 2,
    expectedStatuses: [200],
  });
  if (outcome.leastBodyBytes === 0) throw new Error('An empty answer.');
  return outcome.requests / outcome.seconds;
}
