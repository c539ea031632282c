import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { buildNpmTarball, Random } from '#testing';
import { npmPublishDocument } from './npm-publish-document.js';
import { seedPublisher } from './seed-publisher.js';
import { startStore } from './start-store.js';
import type { RunningStore } from './start-store.js';

const atOnce = 10;
const rounds = process.env['PROOFS'] === 'whole' ? 20 : 3;
const slowChunks = 20;

let store: RunningStore;
let address: string;
let token: string;

beforeAll(async () => {
  store = await startStore();
  await store.app.listen(0, '127.0.0.1');
  address = await store.app.getUrl();
  ({ token } = await seedPublisher(store));
});

afterAll(() => store.close());

interface Dist {
  readonly integrity: string;
  readonly tarball: string;
}

const random = new Random(17);
const body = (name: string, version: string): string => {
  const noise = Buffer.from(Array.from({ length: 30_000 }, () => Math.floor(random.next() * 256)));
  const tarball = buildNpmTarball({ manifest: { name, version }, files: { 'noise.bin': noise } });
  return JSON.stringify(npmPublishDocument(tarball, { name, version }));
};

const headers = () => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });

async function distOf(name: string, version: string): Promise<Dist | undefined> {
  const answer = await fetch(`${address}/npm/${name}`);
  const { versions = {} } = (await answer.json()) as { versions?: Record<string, { dist: Dist }> };
  return versions[version]?.dist;
}

async function expectServed({ tarball, integrity }: Dist): Promise<void> {
  const answer = await fetch(address + new URL(tarball).pathname);
  expect(answer.status).toBe(200);
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(`sha512-${createHash('sha512').update(bytes).digest('base64')}`).toBe(integrity);
}

describe('publishes of one npm package at the same time', () => {
  it('of one version with different bytes: one wins, and the bytes served are the ones advertised', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const name = `raced-${round}`;
      const answers = await Promise.all(
        Array.from({ length: atOnce }, () =>
          fetch(`${address}/npm/${name}`, { method: 'PUT', headers: headers(), body: body(name, '1.0.0') }),
        ),
      );
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses.filter((status) => status === 201)).toHaveLength(1);
      expect(statuses.filter((status) => status === 201 || status === 409)).toHaveLength(atOnce);
      await expectServed((await distOf(name, '1.0.0'))!);
    }
  });

  it('of different versions: none is lost', async () => {
    const versions = Array.from({ length: atOnce }, (_, at) => `1.0.${at}`);
    const answers = await Promise.all(
      versions.map((version) =>
        fetch(`${address}/npm/many`, { method: 'PUT', headers: headers(), body: body('many', version) }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(versions.map(() => 201));
    for (const version of versions) await expectServed((await distOf('many', version))!);
  });

  it('of two publishers under one new scope: one of them has it', async () => {
    const { token: other } = await seedPublisher(store, 'rival');
    const publish = (name: string, by: string) => {
      const sent = { ...headers(), authorization: `Bearer ${by}` };
      const url = `${address}/npm/${encodeURIComponent(name)}`;
      return fetch(url, { method: 'PUT', headers: sent, body: body(name, '1.0.0') });
    };
    const scopes = Array.from({ length: 4 }, (_, at) => `@scope-${at}`);
    const answers = await Promise.all(
      scopes.map((scope) => Promise.all([publish(`${scope}/a`, token), publish(`${scope}/b`, other)])),
    );
    for (const pair of answers) expect(pair.map(({ status }) => status).sort()).toEqual([201, 403]);
  });

  it('is advertised once its tarball can be had, however slowly it arrives', async () => {
    const document = Buffer.from(body('slow', '1.0.0'));
    const call = request(`${address}/npm/slow`, { method: 'PUT', headers: headers() });
    const published = once(call, 'response') as Promise<[IncomingMessage]>;
    const state = { isDone: false };
    void published.finally(() => (state.isDone = true));
    const look = async (): Promise<void> => {
      const dist = await distOf('slow', '1.0.0');
      if (dist) await expectServed(dist);
    };
    const size = Math.ceil(document.length / slowChunks);
    for (let at = 0; at < document.length; at += size) {
      call.write(document.subarray(at, at + size));
      await look();
    }
    call.end();
    while (!state.isDone) await look();
    const [answer] = await published;
    answer.resume();
    expect(answer.statusCode).toBe(201);
    await expectServed((await distOf('slow', '1.0.0'))!);
  });
});
