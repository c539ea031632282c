import { buildNpmTarball, Random } from '#testing';
import { npmPublishDocument } from '../npm-publish-document.js';
import { alternate } from './alternate.js';
import { profileOf } from './bench-part.js';
import type { BenchContext, PartResult } from './bench-part.js';
import type { LoadRequest } from './load-generator.js';
import { startVerdaccio } from './peers.js';
import { ratioRow } from './report.js';
import { ratioOf, spreadOf } from './spread.js';
import { StoreClient } from './store-client.js';
import { ServerProcess } from './store-process.js';

const packages = 3000;
const goal = 50;
const connections = 4;
const words = [
  'alpha',
  'bravo',
  'cluster',
  'delta',
  'engine',
  'forms',
  'graph',
  'helper',
  'index',
  'journal',
];

/** npm's search over three thousand packages, beside Verdaccio with the same ones. */
export async function benchPackageSearch(context: BenchContext): Promise<PartResult> {
  const { load, options, seeds } = context;
  const store = await ServerProcess.startStore({ folder: seeds.emptyFolder(), probe: true });
  await store.answers('/health/ready');
  const verdaccio = await startVerdaccio(seeds.emptyFolder(), { signedTokens: true });
  try {
    if (verdaccio === null) return { rows: [], profiles: [] };
    const client = await StoreClient.signIn(store);
    await client.createPublisher('bench');
    const authorization = `Bearer ${await client.createToken(['publish', 'read'])}`;
    const count = options.quick ? 30 : packages;
    for (const [port, base, credential] of [
      [store.port, '/npm/', authorization],
      [verdaccio.port, '/', verdaccio.authorization],
    ] as const) {
      const plan = await load.prepare(publishes(count, base, credential));
      await load.run(plan, { port, connections: 8, amount: count, expectedStatuses: [201] });
    }
    const searches = await load.prepare(searchesUnder('/npm/'));
    const searchesThere = await load.prepare(searchesUnder('/'));
    const run = async (plan: typeof searches, port: number): Promise<number> => {
      const seconds = options.quick ? 0.5 : 3;
      const outcome = await load.run(plan, { port, connections, seconds, expectedStatuses: [200] });
      return outcome.requests / outcome.seconds;
    };
    await check(store, count);
    const contenders = {
      ours: () => run(searches, store.port),
      verdaccio: () => run(searchesThere, verdaccio.port),
    };
    await alternate(contenders, 1); // Both warm themselves up.
    const figures = await alternate(contenders, options.quick ? 2 : 3);
    const row = ratioRow(`npm search, ${count.toLocaleString('en')} packages, ${connections} connections`, {
      ours: spreadOf(figures.ours),
      floor: spreadOf(figures.verdaccio),
      ratio: ratioOf(figures.ours, figures.verdaccio),
      goal,
      of: 'verdaccio',
    });
    const isProfiled = row.reached === false && options.profile;
    return { rows: [row], profiles: isProfiled ? await profileOf(store, row.what, contenders.ours) : [] };
  } finally {
    await Promise.all([store.stop(), verdaccio?.stop()]);
  }
}

const wordAt = (at: number) => words[at % words.length]!;

function* names(count: number): Generator<{ name: string; description: string }> {
  const random = new Random(13);
  for (let at = 0; at < count; at += 1) {
    const one = wordAt(at);
    const other = wordAt(Math.floor(random.next() * words.length));
    yield { name: `${one}-${other}-${at}`, description: `Adds ${other} to ${one}` };
  }
}

function publishes(count: number, base: string, authorization: string): LoadRequest[] {
  return [...names(count)].map(({ name, description }) => {
    const manifest = {
      name,
      version: '1.0.0',
      description,
      license: 'MIT',
      keywords: description.split(' '),
    };
    return {
      method: 'PUT',
      path: base + name,
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(
        npmPublishDocument(buildNpmTarball({ manifest, files: { 'index.js': name } }), {
          name,
          version: '1.0.0',
          manifest,
        }),
      ),
    };
  });
}

function searchesUnder(base: string): LoadRequest[] {
  const rest = '&size=20&from=0&quality=0.65&popularity=0.98&maintenance=0.5';
  return words.flatMap((word) =>
    [word, word.slice(0, 4), `${word} engine`].map((text) => ({
      path: `${base}-/v1/search?text=${encodeURIComponent(text)}${rest}`,
    })),
  );
}

/** A search that finds nothing is fast anywhere. */
async function check(store: ServerProcess, count: number): Promise<void> {
  const response = await fetch(store.url('/npm/-/v1/search?text=cluster&size=20'));
  const { objects } = (await response.json()) as { objects: unknown[] };
  if (objects.length < Math.min(20, count / words.length)) throw new Error('The search finds too little.');
}
