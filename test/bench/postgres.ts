import { join } from 'node:path';
import { Database } from '#database';
import { PostgresServer } from '../services/postgres-server.js';
import { profileOf } from './bench-part.js';
import type { BenchContext, PartResult } from './bench-part.js';
import { copyToPostgres } from './copy-to-postgres.js';
import type { Row } from './report.js';
import { amountOf, roundsRow, runRound, runRounds } from './rounds.js';
import { isInstallable } from './seeded-plugin.js';
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
  const { load, options } = context;
  for (const [name, pathOf] of Object.entries(reads)) {
    const plan = await load.prepare(ids.map((id) => ({ path: pathOf(id) })));
    const contender = (server: ServerProcess) => () =>
      runRound(load, { server, plan, amount: amountOf(options.quick), connections });
    const contenders = { replica: contender(replica), embedded: contender(embedded) };
    const figures = await runRounds(contenders, options.quick);
    const row = roundsRow(
      `${name}, all of ${count.toLocaleString('en')} plugins, on PostgreSQL`,
      figures.replica,
      figures.embedded,
      { goal, of: 'the embedded default' },
    );
    rows.push(row);
    if (row.reached === false && options.profile)
      profiles.push(...(await profileOf(replica, row.what, contenders.replica)));
  }
  return { rows, profiles };
}
