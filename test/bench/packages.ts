import { buildNpmTarball, buildWheel, Random } from '#testing';
import { npmPublishDocument } from '../npm-publish-document.js';
import { seeAnswer } from './bare-answer.js';
import type { BareCommand, BareReply } from './bare-answer.js';
import { profileOf } from './bench-part.js';
import type { BenchContext, PartResult } from './bench-part.js';
import { Child } from './child-process.js';
import { startDevpi, startVerdaccio } from './peers.js';
import type { Peer } from './peers.js';
import { ratioText } from './report.js';
import type { Row } from './report.js';
import { amountOf, rateRatioOf, roundsRow, runRound, runRounds } from './rounds.js';
import type { Round, RoundOptions } from './rounds.js';
import { StoreClient } from './store-client.js';
import { ServerProcess } from './store-process.js';

const connections = 16;
const versions = 20;
const kilobyte = 1024;
/** Other registries need so much longer for an answer that fewer of theirs take as long. */
const peerShare = 10;
const fewRounds = 7;
const abbreviated = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*';
const simpleJson = 'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.1';

interface Goal {
  readonly peer: 'verdaccio' | 'devpi';
  readonly times: number;
}

/** One thing that clients ask for, and where each server has it. */
interface PackageRead {
  readonly name: string;
  readonly accept: string;
  readonly ours: string;
  readonly verdaccio?: string;
  readonly devpi?: string;
  /** Of the bare Nest route; null where there is no goal. */
  readonly nestGoal: number | null;
  readonly goals: readonly Goal[];
  /** What each answer holds at least. */
  readonly leastBytes: number;
  /** Requests of a round, where it has not as many as others. */
  readonly amount?: number;
}

const documentGoals: readonly Goal[] = [{ peer: 'verdaccio', times: 6 }];
const pageGoals: readonly Goal[] = [{ peer: 'devpi', times: 20 }];

const files = [
  { size: '50 KB', bytes: 50 * kilobyte, name: 'small', goal: 5, amount: 1000 },
  { size: '1 MB', bytes: 1024 * kilobyte, name: 'large', goal: 2, amount: 300 },
] as const;

const wheelFile = (name: string, version: string) => `bench_${name}-${version}-py3-none-any.whl`;

const reads: readonly PackageRead[] = [
  {
    name: 'packument, abbreviated',
    accept: abbreviated,
    ours: '/npm/bench-many',
    verdaccio: '/bench-many',
    nestGoal: 0.8,
    goals: documentGoals,
    leastBytes: 1000,
  },
  {
    name: 'packument, full',
    accept: 'application/json',
    ours: '/npm/bench-many',
    verdaccio: '/bench-many',
    nestGoal: 0.8,
    goals: documentGoals,
    leastBytes: 1000,
  },
  {
    name: 'simple page, JSON',
    accept: simpleJson,
    ours: '/pypi/simple/bench-many/',
    devpi: '/bench/dev/+simple/bench-many/',
    nestGoal: 0.8,
    goals: pageGoals,
    leastBytes: 1000,
  },
  {
    name: 'simple page, HTML',
    accept: 'text/html',
    ours: '/pypi/simple/bench-many/',
    devpi: '/bench/dev/+simple/bench-many/',
    nestGoal: 0.8,
    goals: pageGoals,
    leastBytes: 1000,
  },
  ...files.map(({ size, bytes, name, goal, amount }): PackageRead => ({
    name: `tarball, ${size}`,
    accept: '*/*',
    ours: `/npm/bench-${name}/-/bench-${name}-1.0.0.tgz`,
    verdaccio: `/bench-${name}/-/bench-${name}-1.0.0.tgz`,
    nestGoal: null,
    goals: [{ peer: 'verdaccio', times: goal }],
    leastBytes: bytes,
    amount,
  })),
];

/** What package clients ask for, beside the same bytes sent by bare servers, and beside other registries. */
export async function benchPackages(context: BenchContext): Promise<PartResult> {
  const part = await PackagesPart.start(context);
  const rows: Row[] = [];
  const profiles: string[] = [];
  try {
    for (const read of [...reads, ...part.wheelReads()]) {
      const result = await part.measure(read);
      rows.push(...result.rows);
      profiles.push(...result.profiles);
    }
  } finally {
    await part.stop();
  }
  return { rows, profiles };
}

class PackagesPart {
  private readonly http = Child.start<BareCommand, BareReply>('./bare-http.js');
  private readonly nest = Child.start<BareCommand, BareReply>('./bare-nest.js', ['--hooks', '0']);
  /** Where a wheel is, by server and name: each index tells its own addresses. */
  private readonly wheels = new Map<string, string>();

  private constructor(
    private readonly context: BenchContext,
    private readonly store: ServerProcess,
    private readonly peers: { readonly verdaccio: Peer | null; readonly devpi: Peer | null },
  ) {}

  static async start(context: BenchContext): Promise<PackagesPart> {
    const { seeds } = context;
    const store = await ServerProcess.startStore({
      folder: seeds.emptyFolder(),
      probe: true,
    });
    await store.answers('/health/ready');
    const verdaccio = await startVerdaccio(seeds.emptyFolder());
    const devpi = await startDevpi(seeds.emptyFolder());
    const part = new PackagesPart(context, store, { verdaccio, devpi });
    try {
      await part.fill();
    } catch (error) {
      await part.stop();
      throw error;
    }
    return part;
  }

  async stop(): Promise<void> {
    const { verdaccio, devpi } = this.peers;
    const all = [this.store, this.http, this.nest, verdaccio, devpi];
    await Promise.all(all.map((server) => server?.stop() ?? Promise.resolve()));
  }

  wheelReads(): PackageRead[] {
    return files.map(({ size, bytes, name, goal, amount }) => {
      const devpi = this.wheels.get(`devpi ${name}`);
      return {
        name: `wheel, ${size}`,
        accept: '*/*',
        ours: this.wheels.get(`ours ${name}`)!,
        ...(devpi === undefined ? {} : { devpi }),
        nestGoal: null,
        goals: [{ peer: 'devpi', times: goal }],
        leastBytes: bytes,
        amount,
      };
    });
  }

  async measure(read: PackageRead): Promise<PartResult> {
    const headers = { accept: read.accept };
    const seen = await seeAnswer(this.store.url(read.ours), { headers });
    if (seen.status !== 200 || seen.body.length < read.leastBytes) {
      throw new Error(`${read.ours} was answered with ${seen.status} and ${seen.body.length} bytes.`);
    }
    const nest = await this.nest.ask({ answer: seen });
    const http = await this.http.ask({ answer: seen });
    const { verdaccio, devpi } = this.peers;
    const ours = await this.contender(read, this.store, read.ours);
    const floors = {
      ours,
      nest: await this.contender(read, { pid: this.nest.pid, port: nest.port }, '/api/v1/plugins/a/b'),
      http: await this.contender(read, { pid: this.http.pid, port: http.port }, '/'),
    };
    const registries: Record<string, () => Promise<Round>> = {
      ours,
      ...(verdaccio && read.verdaccio !== undefined
        ? { verdaccio: await this.contender(read, verdaccio, read.verdaccio, peerShare) }
        : {}),
      ...(devpi && read.devpi !== undefined
        ? { devpi: await this.contender(read, devpi, read.devpi, peerShare) }
        : {}),
    };
    const { quick, profile } = this.context.options;
    const floorRounds = read.nestGoal === null ? fewRounds : undefined;
    const besideFloors = await runRounds(floors, quick, floorRounds);
    const besidePeers = await runRounds(registries, quick, fewRounds);
    const rows = rowsOf(read, seen.body.length, besideFloors, besidePeers);
    const isMissed = rows.some((row) => row.reached === false) && profile;
    return { rows, profiles: isMissed ? await profileOf(this.store, read.name, ours) : [] };
  }

  private async contender(
    read: PackageRead,
    server: RoundOptions['server'],
    path: string,
    share = 1,
  ): Promise<() => Promise<Round>> {
    const { load, options } = this.context;
    const plan = await load.prepare([{ path, headers: { accept: read.accept } }]);
    const amount = Math.ceil(amountOf(options.quick, read.amount) / share);
    const leastBytes = read.leastBytes / 2;
    return () => runRound(load, { server, plan, amount, connections, leastBytes });
  }

  /** The same packages into each registry, over its own doors. */
  private async fill(): Promise<void> {
    const client = await StoreClient.signIn(this.store);
    await client.createPublisher('bench');
    const token = await client.createToken(['publish', 'read']);
    const { verdaccio, devpi } = this.peers;
    const npmDoors = [
      { address: this.store.url('/npm/'), authorization: `Bearer ${token}` },
      ...(verdaccio ? [doorOf(verdaccio)] : []),
    ];
    const pythonDoors = [
      {
        address: this.store.url('/pypi/legacy/'),
        authorization: `Basic ${Buffer.from(`__token__:${token}`).toString('base64')}`,
      },
      ...(devpi ? [doorOf(devpi)] : []),
    ];
    for (const upload of uploads()) {
      for (const door of npmDoors) await publishTarball(door, upload);
      for (const door of pythonDoors) await uploadWheel(door, upload);
    }
    for (const { name } of files) {
      await this.findWheel('ours', name, this.store.url(`/pypi/simple/bench-${name}/`));
      if (devpi)
        await this.findWheel(
          'devpi',
          name,
          `http://127.0.0.1:${devpi.port}/bench/dev/+simple/bench-${name}/`,
        );
    }
  }

  private async findWheel(server: string, name: string, page: string): Promise<void> {
    const response = await fetch(page, { headers: { accept: 'text/html' } });
    const href = /href="([^"#]+\.whl)/.exec(await response.text())?.[1];
    if (href === undefined) throw new Error(`${page} names no wheel.`);
    this.wheels.set(`${server} ${name}`, new URL(href, page).pathname);
  }
}

interface Door {
  readonly address: string;
  readonly authorization: string;
}

interface Upload {
  readonly name: string;
  readonly version: string;
  readonly noise: Buffer;
}

const doorOf = ({ port, base, authorization }: Peer): Door => ({
  address: `http://127.0.0.1:${port}${base}`,
  authorization,
});

function uploads(): Upload[] {
  const random = new Random(3);
  const noise = (bytes: number) => {
    const filled = Buffer.alloc(bytes);
    for (let at = 0; at < bytes; at += 1) filled[at] = Math.floor(random.next() * 256);
    return filled;
  };
  return [
    ...Array.from({ length: versions }, (_, at) => ({
      name: 'many',
      version: `1.${at}.0`,
      noise: noise(kilobyte),
    })),
    ...files.map(({ name, bytes }) => ({ name, version: '1.0.0', noise: noise(bytes) })),
  ];
}

async function publishTarball(door: Door, { name, version, noise }: Upload): Promise<void> {
  const manifest = {
    name: `bench-${name}`,
    version,
    description: 'A package of the bench',
    license: 'MIT',
    keywords: ['bench', 'registry'],
    dependencies: { semver: '^7.0.0', yaml: '^2.0.0', undici: '^7.0.0' },
    devDependencies: { typescript: '^6.0.0', jest: '^30.0.0' },
    engines: { node: '>=20' },
  };
  const tarball = buildNpmTarball({ manifest, files: { 'index.js': '', 'noise.bin': noise } });
  const response = await fetch(`${door.address}bench-${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: door.authorization },
    body: JSON.stringify(
      npmPublishDocument(tarball, { name: manifest.name, version: manifest.version, manifest }),
    ),
  });
  if (!response.ok) throw new Error(`${door.address} refused a tarball: ${await response.text()}`);
}

async function uploadWheel(door: Door, { name, version, noise }: Upload): Promise<void> {
  const metadata = `Metadata-Version: 2.1\nName: bench-${name}\nVersion: ${version}\nRequires-Python: >=3.8\n\n`;
  const wheel = buildWheel({ name: `bench_${name}`, version, metadata, files: { 'noise.bin': noise } });
  const form = new FormData();
  for (const [field, value] of Object.entries({
    ':action': 'file_upload',
    protocol_version: '1',
    metadata_version: '2.1',
    name: `bench-${name}`,
    version,
    filetype: 'bdist_wheel',
    pyversion: 'py3',
  })) {
    form.append(field, value);
  }
  form.append('content', new Blob([new Uint8Array(wheel)]), wheelFile(name, version));
  const headers = { authorization: door.authorization };
  const response = await fetch(door.address, { method: 'POST', headers, body: form });
  if (!response.ok) throw new Error(`${door.address} refused a wheel: ${await response.text()}`);
}

type Rounds = Readonly<Record<string, readonly Round[]>>;

function rowsOf(read: PackageRead, bytes: number, floors: Rounds, peers: Rounds): Row[] {
  const title = `${read.name} (${(bytes / kilobyte).toFixed(0)} KB)`;
  const beside = (rounds: Rounds, other: string, of: string, goal: number | null, note = ''): Row => {
    const row = roundsRow(title, rounds['ours']!, rounds[other]!, { goal: goal ?? 0, of, note });
    return goal === null ? { ...row, goal: `(${of})`, reached: null } : row;
  };
  const ofHttp = `${ratioText(rateRatioOf(floors['ours']!, floors['http']!))} of node:http`;
  return [
    beside(floors, 'nest', 'bare Nest', read.nestGoal, ofHttp),
    ...read.goals
      .filter(({ peer }) => peer in peers)
      .map(({ peer, times }) => beside(peers, peer, peer, times)),
  ];
}
