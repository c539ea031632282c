import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '#kernel';
import { Database } from '#database';
import { verifyStore } from '../../apps/registry/src/platform/commands/verify-store.js';
import { parseSettings } from '../../apps/registry/src/platform/settings/config.js';
import { buildNpmTarball, buildWheel, eventually } from '#testing';
import { seedPublisherInto } from '../seed-publisher.js';
import { StoreProcess } from '../store-process.js';

// `npm test` takes a sample; CRASH_PUBLISHES=200 is the whole, and CRASH_SEED repeats a run.
const publishes = Number(process.env['CRASH_PUBLISHES'] ?? 20);
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
const random = mulberry32(seed);
const senders = 4;
const timeoutMs = 180_000 + publishes * 2_000;

interface Plan {
  readonly plugin: string;
  readonly version: string;
  readonly descriptor: string;
  readonly files: readonly { readonly name: string; readonly bytes: Buffer; readonly sha256: string }[];
}

interface ReleaseAnswer {
  readonly artifacts: readonly { readonly filename: string; readonly sha256: string; readonly url: string }[];
}

let folder: string;
let token: string;
const plans = Array.from({ length: publishes }, (_, index) => makePlan(index));
const acknowledged = new Set<Plan>();
const interrupted: Plan[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-crash-'));
  const database = await Database.open(join(folder, 'mortise.sqlite'));
  ({ token } = await seedPublisherInto(database, 'acme'));
  await database.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe(`a store that is killed while it publishes (CRASH_SEED=${seed})`, () => {
  it(
    'loses nothing that it acknowledged, shows nothing in part, and takes every interrupted publish again',
    async () => {
      let kills = 0;
      const waiting = [...plans];
      while (waiting.length > 0 || interrupted.length > 0) {
        const store = await StoreProcess.start(folder);
        try {
          await checkInterrupted(store);
          await resendInterrupted(store);
          const killed = new Promise<void>((resolve) => {
            setTimeout(() => void store.kill().then(resolve), 5 + random() * 250);
          });
          await Promise.all(Array.from({ length: senders }, () => sendUntilKilled(store, waiting)));
          await killed;
          kills++;
        } finally {
          await store.kill();
        }
        await expectSound();
      }
      process.stdout.write(`crash: seed ${seed}, ${publishes} publishes, ${kills} kills\n`);
      const store = await StoreProcess.start(folder);
      try {
        for (const plan of acknowledged) await expectWhole(store, plan);
        for (const { plugin } of acknowledged) await expectFound(store, plugin);
      } finally {
        await store.kill();
      }
      expect(acknowledged.size).toBe(publishes);
    },
    timeoutMs,
  );
});

/** A verification of what the killed store left finds nothing to mend. */
async function expectSound(): Promise<void> {
  const told: string[] = [];
  const settings = parseSettings({ MORTISE_DATA: folder });
  await verifyStore(settings, { json: true, say: (text) => told.push(text) });
  expect(JSON.parse(told.join('')).damages).toEqual([]);
}

async function sendUntilKilled(store: StoreProcess, waiting: Plan[]): Promise<void> {
  for (let plan = waiting.shift(); plan; plan = waiting.shift()) {
    const status = await publish(store, plan).catch(() => undefined);
    if (status === undefined) {
      interrupted.push(plan);
      return;
    }
    expect(status).toBe(201);
    acknowledged.add(plan);
  }
}

/** What was interrupted is there whole or not at all; and without its release, its bytes are nobody's. */
async function checkInterrupted(store: StoreProcess): Promise<void> {
  for (const plan of interrupted) {
    const answer = await fetch(releaseAddress(store, plan));
    if (answer.status === 200) {
      await expectWhole(store, plan);
      continue;
    }
    expect(answer.status).toBe(404);
    for (const { sha256, name } of plan.files) {
      const orphan = await fetch(`${store.address}/api/v1/artifacts/${sha256}/${name}`);
      expect(orphan.status).toBe(404);
      await orphan.arrayBuffer();
    }
  }
}

async function resendInterrupted(store: StoreProcess): Promise<void> {
  for (const plan of interrupted.splice(0)) {
    expect([200, 201]).toContain(await publish(store, plan));
    acknowledged.add(plan);
    await expectWhole(store, plan);
  }
}

async function expectWhole(store: StoreProcess, plan: Plan): Promise<void> {
  const answer = await fetch(releaseAddress(store, plan));
  expect(answer.status).toBe(200);
  const { artifacts } = (await answer.json()) as ReleaseAnswer;
  expect(artifacts.map(({ sha256 }) => sha256).sort()).toEqual(plan.files.map(({ sha256 }) => sha256).sort());
  for (const { sha256, filename } of artifacts) {
    const served = await fetch(`${store.address}/api/v1/artifacts/${sha256}/${filename}`);
    expect(served.status).toBe(200);
    const bytes = Buffer.from(await served.arrayBuffer());
    expect(sha256Hex(bytes)).toBe(sha256);
  }
}

async function expectFound(store: StoreProcess, plugin: string): Promise<void> {
  await eventually(async () => {
    const answer = await fetch(`${store.address}/api/v1/plugins?q=${plugin}`);
    const { items } = (await answer.json()) as { items: { id: string }[] };
    expect(items.map(({ id }) => id)).toContain(`acme/${plugin}`);
  });
}

async function publish(store: StoreProcess, plan: Plan): Promise<number> {
  const form = new FormData();
  form.append('descriptor', new Blob([plan.descriptor]), 'plugin.yaml');
  for (const { name, bytes } of plan.files) form.append('artifact', new Blob([new Uint8Array(bytes)]), name);
  const answer = await fetch(`${store.address}/api/v1/publishers/acme/releases`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  await answer.text();
  return answer.status;
}

const releaseAddress = (store: StoreProcess, { plugin, version }: Plan) =>
  `${store.address}/api/v1/plugins/acme/${plugin}/versions/${version}`;

/** One of ten plugins, with a wheel and often a tarball, of sizes from a kilobyte to some megabytes. */
function makePlan(index: number): Plan {
  const plugin = `crashed-${index % 10}`;
  const version = `1.0.${index}`;
  const name = plugin.replace('-', '_');
  const wheel = buildWheel({ name, version, files: { [`${name}/data.bin`]: noise() } });
  const tarball = buildNpmTarball({
    manifest: { name: `@acme/${plugin}`, version, module: 'index.js' },
    files: { 'index.js': 'export const Panel = 1;\n', 'data.bin': noise() },
  });
  const files = [{ name: `${name}-${version}-py3-none-any.whl`, bytes: wheel }];
  const hasFrontend = random() < 0.6;
  if (hasFrontend) files.push({ name: `acme-${plugin}-${version}.tgz`, bytes: tarball });
  const frontend = `front_end: "@acme/${plugin}@${version}"\nfrontend_component: Panel\n`;
  return {
    plugin,
    version,
    descriptor: `name: ${plugin}\nversion: ${version}\nbackend: ${name}==${version}\nbackend_component: Plugin\n${hasFrontend ? frontend : ''}`,
    files: files.map((file) => ({ ...file, sha256: sha256Hex(file.bytes) })),
  };
}

function noise(): Buffer {
  const size = Math.floor(2 ** (10 + random() * 11));
  const bytes = Buffer.alloc(size);
  for (let offset = 0; offset + 4 <= size; offset += 4)
    bytes.writeUInt32LE(Math.floor(random() * 2 ** 32), offset);
  return bytes;
}

/** A small generator of numbers from 0 to 1 that a seed repeats. */
function mulberry32(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
