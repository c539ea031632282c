import { buildNpmTarball, Random } from '#testing';
import { npmPublishDocument } from '../npm-publish-document.js';
import { alternate } from './alternate.js';
import { profileOf } from './bench-part.js';
import type { BenchContext, PartResult } from './bench-part.js';
import type { LoadRequest } from './load-generator.js';
import { startVerdaccio } from './peers.js';
import { milliseconds, ratioRow } from './report.js';
import { quantile, ratioOf, spreadOf } from './spread.js';
import { StoreClient } from './store-client.js';
import { ServerProcess } from './store-process.js';

const goal = 10;
const atOnce = 8;
const tarballBytes = 20 * 1024;
const packages = 40;

interface Figure {
  readonly perSecond: number;
  readonly p99: number;
}

/** What `npm publish` sends, with a token, of 20 KB: durable here; beside Verdaccio, which syncs nothing. */
export async function benchPackagePublish(context: BenchContext): Promise<PartResult> {
  const { load, options, seeds } = context;
  const store = await ServerProcess.startStore({ folder: seeds.emptyFolder(), probe: true });
  await store.answers('/health/ready');
  const verdaccio = await startVerdaccio(seeds.emptyFolder());
  try {
    if (verdaccio === null) return { rows: [], profiles: [] };
    const client = await StoreClient.signIn(store);
    await client.createPublisher('bench');
    const authorization = `Bearer ${await client.createToken(['publish', 'read'])}`;
    const ours = new NpmPublishes('/npm/', authorization);
    const theirs = new NpmPublishes('/', verdaccio.authorization);
    const publish = async (requests: NpmPublishes, port: number, amount: number): Promise<Figure> => {
      const plan = await load.prepare(requests.next(amount));
      const outcome = await load.run(plan, { port, connections: atOnce, amount, expectedStatuses: [201] });
      return { perSecond: outcome.requests / outcome.seconds, p99: quantile(outcome.latenciesMs, 0.99) };
    };
    const [many, few] = options.quick ? [24, 8] : [400, 80];
    const before = await store.countSyncs();
    const contenders = {
      ours: () => publish(ours, store.port, many),
      verdaccio: () => publish(theirs, verdaccio.port, few),
    };
    await alternate(contenders, 1); // Both warm themselves up.
    const after = await store.countSyncs();
    const syncs = (after.files + after.directories - before.files - before.directories) / many;
    if (syncs < 1) throw new Error('A publish was answered that was not synced.');
    const figures = await alternate(contenders, options.quick ? 2 : 4);
    const rates = (list: readonly Figure[]) => list.map(({ perSecond }) => perSecond);
    const row = ratioRow('npm publish of 20 KB, 8 at once', {
      ours: spreadOf(rates(figures.ours)),
      floor: spreadOf(rates(figures.verdaccio)),
      ratio: ratioOf(rates(figures.ours), rates(figures.verdaccio)),
      goal,
      of: 'verdaccio',
      note: `${syncs.toFixed(2)} syncs a publish, p99 ${milliseconds(spreadOf(figures.ours.map(({ p99 }) => p99)))}`,
    });
    const isProfiled = row.reached === false && options.profile;
    return { rows: [row], profiles: isProfiled ? await profileOf(store, row.what, contenders.ours) : [] };
  } finally {
    await Promise.all([store.stop(), verdaccio?.stop()]);
  }
}

/** Versions that nobody has published yet, of some packages in turn, each with bytes of its own. */
class NpmPublishes {
  private published = 0;
  private readonly random = new Random(9);

  constructor(
    private readonly base: string,
    private readonly authorization: string,
  ) {}

  next(amount: number): LoadRequest[] {
    return Array.from({ length: amount }, () => {
      const at = (this.published += 1);
      const manifest = {
        name: `published-${at % packages}`,
        version: `1.${Math.floor(at / packages)}.0`,
        license: 'MIT',
      };
      const noise = Buffer.alloc(tarballBytes);
      for (let byte = 0; byte < tarballBytes; byte += 1) noise[byte] = Math.floor(this.random.next() * 256);
      const tarball = buildNpmTarball({ manifest, files: { 'noise.bin': noise } });
      return {
        method: 'PUT',
        path: this.base + manifest.name,
        headers: { 'content-type': 'application/json', authorization: this.authorization },
        body: JSON.stringify(
          npmPublishDocument(tarball, { name: manifest.name, version: manifest.version, manifest }),
        ),
      };
    });
  }
}
