import { buildWheel, Random } from '#testing';
import { alternate } from './alternate.js';
import { profileOf } from './bench-part.js';
import type { BenchContext, PartResult } from './bench-part.js';
import { Child } from './child-process.js';
import type { LoadRequest } from './load-generator.js';
import type { PublishFloorCommand, PublishFloorReply } from './publish-floor.js';
import { milliseconds, ratioRow } from './report.js';
import { quantile, ratioOf, spreadOf } from './spread.js';
import { StoreClient } from './store-client.js';
import { ServerProcess } from './store-process.js';

const goal = 0.25;
const atOnce = 8;
const wheelBytes = 50 * 1024;
/** What surrounds the random bytes of a wheel, roughly. */
const wheelOverheadBytes = 1000;
/** What one publish adds to the database's log, as its length showed: pages, not rows. */
const logBytes = 64 * 1024;
const publisher = 'bench';
const plugins = 40;
const boundary = 'bench-6b1f0a1c';

interface Figure {
  readonly perSecond: number;
  readonly p99: number;
}

/** Publishes with a wheel, durable, beside a loop that only writes and syncs as often. */
export async function benchPublish(context: BenchContext): Promise<PartResult> {
  const { load, options, seeds } = context;
  const publishes = options.quick ? 24 : 500;
  const rounds = options.quick ? 2 : 4;
  const store = await ServerProcess.startStore({ folder: seeds.emptyFolder(), probe: true });
  const floor = Child.start<PublishFloorCommand, PublishFloorReply>('./publish-floor.js');
  try {
    await store.answers('/health/ready');
    const client = await StoreClient.signIn(store);
    await client.createPublisher(publisher);
    const token = await client.createToken(['publish']);
    const requests = new PublishRequests(token);
    const publish = async (): Promise<Figure> => {
      const plan = await load.prepare(requests.next(publishes));
      const { port } = store;
      const outcome = await load.run(plan, {
        port,
        connections: atOnce,
        amount: publishes,
        expectedStatuses: [201],
      });
      return {
        perSecond: outcome.requests / outcome.seconds,
        p99: quantile(outcome.latenciesMs, 0.99),
      };
    };
    const before = await store.countSyncs();
    await publish(); // Warms up, and shows how often it syncs.
    const after = await store.countSyncs();
    const syncs = {
      logSyncs: (after.files - before.files) / publishes - 1,
      directorySyncs: (after.directories - before.directories) / publishes,
    };
    if (syncs.logSyncs <= 0) throw new Error('A publish was answered that was not synced.');
    const loop = async (): Promise<Figure> => {
      const folder = seeds.emptyFolder();
      const command = { folder, publishes, atOnce, blobBytes: wheelBytes, logBytes, ...syncs };
      return { perSecond: (await floor.ask(command)).perSecond, p99: NaN };
    };
    await loop();
    const figures = await alternate({ ours: publish, floor: loop }, rounds);
    await checkPublished(store, publishes * (rounds + 1));
    const ours = figures.ours.map(({ perSecond }) => perSecond);
    const floors = figures.floor.map(({ perSecond }) => perSecond);
    const perPublish = 1 + syncs.logSyncs + syncs.directorySyncs;
    const row = ratioRow('publish with a 50 KB wheel, 8 at once', {
      ours: spreadOf(ours),
      floor: spreadOf(floors),
      ratio: ratioOf(ours, floors),
      goal,
      of: 'a loop that syncs as often',
      note: `${perPublish.toFixed(2)} syncs a publish, p99 ${milliseconds(spreadOf(figures.ours.map(({ p99 }) => p99)))}`,
    });
    const isProfiled = row.reached === false && options.profile;
    return { rows: [row], profiles: isProfiled ? await profileOf(store, row.what, publish) : [] };
  } finally {
    await Promise.all([store.stop(), floor.stop()]);
  }
}

/** Releases that nobody has published yet: versions of some plugins in turn, each with a wheel of its own. */
class PublishRequests {
  private published = 0;
  private readonly random = new Random(5);

  constructor(private readonly token: string) {}

  next(count: number): LoadRequest[] {
    return Array.from({ length: count }, () => this.request((this.published += 1)));
  }

  private request(number: number): LoadRequest {
    const name = `bench-plugin-${number % plugins}`;
    const version = `1.${Math.floor(number / plugins)}.0`;
    const word = name.replaceAll('-', '_');
    const descriptor = [
      `name: ${name}`,
      `version: ${version}`,
      'summary: Published by the bench',
      'categories: [bench]',
      `backend: ${name}==${version}`,
      'backend_component: Launch',
      '',
    ].join('\n');
    const content = Buffer.from(
      Array.from({ length: wheelBytes - wheelOverheadBytes }, () => this.random.between(0, 255)),
    );
    const wheel = buildWheel({ name: word, version, files: { [`${word}/data.bin`]: content } });
    return {
      method: 'POST',
      path: `/api/v1/publishers/${publisher}/releases`,
      headers: {
        authorization: `Bearer ${this.token}`,
        'content-type': `multipart/form-data; boundary=${boundary}`,
      },
      body: multipart(descriptor, `${word}-${version}-py3-none-any.whl`, wheel),
    };
  }
}

function multipart(descriptor: string, filename: string, wheel: Buffer): Buffer {
  const head = (name: string, file: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${file}"\r\n\r\n`;
  return Buffer.concat([
    Buffer.from(`${head('descriptor', 'plugin.yaml')}${descriptor}\r\n${head('artifact', filename)}`),
    wheel,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
}

/** Every release that was acknowledged is listed. */
async function checkPublished(store: ServerProcess, expected: number): Promise<void> {
  let listed = 0;
  for (let plugin = 0; plugin < plugins; plugin += 1) {
    let cursor: string | null = null;
    do {
      const query = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const path = `/api/v1/plugins/${publisher}/bench-plugin-${plugin}/versions?limit=100${query}`;
      const response = await fetch(store.url(path));
      if (response.status === 404) break;
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      const page = (await response.json()) as { items: unknown[]; next: string | null };
      listed += page.items.length;
      cursor = page.next;
    } while (cursor !== null);
  }
  if (listed !== expected) throw new Error(`${expected} releases were acknowledged, ${listed} are listed.`);
}
