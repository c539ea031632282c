import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '#database';
import { buildNpmTarball } from '#testing';
import { npmPublishDocument } from '../npm-publish-document.js';
import { seedPublisherInto } from '../seed-publisher.js';
import { StoreProcess } from '../store-process.js';

// `npm test` takes a sample; CRASH_PUBLISHES=200 is the whole.
const publishes = Number(process.env['CRASH_PUBLISHES'] ?? 16);
const senders = 4;
const timeoutMs = 180_000 + publishes * 2_000;

interface Plan {
  readonly name: string;
  readonly version: string;
  readonly body: string;
}

interface Packument {
  readonly versions: Readonly<Record<string, { dist: { tarball: string; integrity: string } }>>;
}

let folder: string;
let token: string;
const plans = Array.from({ length: publishes }, (_, index) => makePlan(index));
const acknowledged = new Set<Plan>();
const interrupted: Plan[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-npm-crash-'));
  const database = await Database.open(join(folder, 'mortise.sqlite'));
  ({ token } = await seedPublisherInto(database, 'acme'));
  await database.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a store that is killed while npm publishes', () => {
  it(
    'keeps what it acknowledged, advertises no tarball that is not there, and takes the same publish again',
    async () => {
      const waiting = [...plans];
      while (waiting.length > 0 || interrupted.length > 0) {
        const store = await StoreProcess.start(folder);
        try {
          for (const plan of interrupted) await expectWhole(store, plan);
          for (const plan of interrupted.splice(0)) await resend(store, plan);
          const killed = new Promise<void>((resolve) => {
            setTimeout(() => void store.kill().then(resolve), 5 + Math.random() * 200);
          });
          await Promise.all(Array.from({ length: senders }, () => sendUntilKilled(store, waiting)));
          await killed;
        } finally {
          await store.kill();
        }
      }
      const store = await StoreProcess.start(folder);
      for (const plan of acknowledged) expect(await expectWhole(store, plan)).toBe(true);
      await store.kill();
      expect(acknowledged.size).toBe(publishes);
    },
    timeoutMs,
  );
});

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

async function resend(store: StoreProcess, plan: Plan): Promise<void> {
  expect([200, 201]).toContain(await publish(store, plan));
  acknowledged.add(plan);
  expect(await expectWhole(store, plan)).toBe(true);
}

/** Whether the version is there; what is, has to be the bytes that are advertised. */
async function expectWhole(store: StoreProcess, { name, version }: Plan): Promise<boolean> {
  const answer = await fetch(`${store.address}/npm/${name}`);
  if (answer.status === 404) return false;
  const { versions } = (await answer.json()) as Packument;
  const dist = versions[version]?.dist;
  if (dist === undefined) return false;
  const tarball = await fetch(`${store.address}${new URL(dist.tarball).pathname}`);
  const digest = createHash('sha512').update(Buffer.from(await tarball.arrayBuffer()));
  expect(`sha512-${digest.digest('base64')}`).toBe(dist.integrity);
  return true;
}

async function publish(store: StoreProcess, { name, body }: Plan): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${store.address}/npm/${name}`, { method: 'PUT', headers, body });
  await answer.text();
  return answer.status;
}

/** One of five packages, with a tarball from a kilobyte to some megabytes. */
function makePlan(index: number): Plan {
  const name = `crashed-${index % 5}`;
  const version = `1.0.${index}`;
  const files = { 'data.bin': randomBytes(Math.floor(2 ** (10 + Math.random() * 11))) };
  const tarball = buildNpmTarball({ manifest: { name, version }, files });
  return { name, version, body: JSON.stringify(npmPublishDocument(tarball, { name, version })) };
}
