import { alternate } from './alternate.js';
import { seeAnswer } from './bare-answer.js';
import type { BareCommand, BareReply } from './bare-answer.js';
import { profileOf } from './bench-part.js';
import type { BenchContext, PartResult } from './bench-part.js';
import { Child } from './child-process.js';
import type { LoadRequest } from './load-generator.js';
import { ratioRow } from './report.js';
import { ratioOf, spreadOf } from './spread.js';
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
    const seconds = options.quick ? 0.3 : 1;
    const run = async (port: number): Promise<number> => {
      const outcome = await load.run(plan, { port, connections, seconds, expectedStatuses: [200] });
      if (outcome.leastBodyBytes < seen.body.length / 2) throw new Error('A key was not known.');
      return outcome.requests / outcome.seconds;
    };
    const contenders = { ours: () => run(store.port), nest: () => run(floor.port) };
    await alternate(contenders, 1); // Both warm themselves up.
    const figures = await alternate(contenders, options.quick ? 2 : 5);
    const row = ratioRow(`introspection of ${plugins.length} keys, 16 connections`, {
      ours: spreadOf(figures.ours),
      floor: spreadOf(figures.nest),
      ratio: ratioOf(figures.ours, figures.nest),
      goal,
      of: 'bare Nest',
    });
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
