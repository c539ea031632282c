import { seeAnswer } from './bare-answer.js';
import type { BareCommand, BareReply } from './bare-answer.js';
import { profileOf } from './bench-part.js';
import type { BenchContext, PartResult } from './bench-part.js';
import { Child } from './child-process.js';
import type { LoadRequest } from './load-generator.js';
import { amountOf, roundsRow, runRound, runRounds } from './rounds.js';
import type { RoundOptions } from './rounds.js';
import { isInstallable } from './seeded-plugin.js';
import { StoreClient } from './store-client.js';
import { ServerProcess } from './store-process.js';

const goal = 0.6;
const connections = 16;
const installed = 100;
const path = '/oauth/introspect';

/** A host that checks its plugins' keys, beside a bare Nest route that sends the same bytes. */
export async function benchIntrospect(context: BenchContext): Promise<PartResult> {
  const { load, options, seeds } = context;
  const count = options.quick ? 200 : 1000;
  const folder = await seeds.folder(count);
  const store = await ServerProcess.startStore({ folder, probe: true });
  const nest = Child.start<BareCommand, BareReply>('./bare-nest.js', ['--hooks', '0']);
  try {
    await store.answers('/health/ready');
    const plugins = seeds
      .plugins(count)
      .filter(isInstallable)
      .slice(0, options.quick ? 5 : installed);
    const requests = await prepare(
      store,
      plugins.map(({ id }) => id),
    );
    const { method, headers, body } = requests[0]!;
    const seen = await seeAnswer(store.url(path), {
      method: method!,
      headers: headers!,
      body: body as string,
    });
    if (!(JSON.parse(Buffer.from(seen.body).toString()) as { active: boolean }).active) {
      throw new Error(`${path} does not know a key that was just made.`);
    }
    const floor = await nest.ask({ answer: seen });
    const plan = await load.prepare(requests);
    const amount = amountOf(options.quick);
    // An answer that is short says that a key was not known.
    const leastBytes = seen.body.length / 2;
    const contender = (server: RoundOptions['server']) => () =>
      runRound(load, { server, plan, amount, connections, leastBytes });
    const contenders = { ours: contender(store), nest: contender({ pid: nest.pid, port: floor.port }) };
    const figures = await runRounds(contenders, options.quick);
    const row = roundsRow(
      `introspection of ${plugins.length} keys, 16 connections`,
      figures.ours,
      figures.nest,
      { goal, of: 'bare Nest' },
    );
    const isProfiled = row.reached === false && options.profile;
    return { rows: [row], profiles: isProfiled ? await profileOf(store, row.what, contenders.ours) : [] };
  } finally {
    await Promise.all([store.stop(), nest.stop()]);
  }
}

/** A host with plugins, and the requests by which it asks for each one's key. */
async function prepare(store: ServerProcess, plugins: readonly string[]): Promise<LoadRequest[]> {
  const client = await StoreClient.signIn(store);
  const hostKey = await client.createHost();
  const requests: LoadRequest[] = [];
  for (const plugin of plugins) {
    const key = await client.install(hostKey, plugin);
    requests.push({
      method: 'POST',
      path,
      headers: {
        authorization: `Bearer ${hostKey}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: `token=${key}`,
    });
  }
  return requests;
}
