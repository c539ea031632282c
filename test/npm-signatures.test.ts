import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '#kernel';
import { NpmKeys, UploadPackage } from '#packages';
import type { NpmKey } from '#packages';
import { buildNpmTarball, stagedBytes } from '#testing';
import { seedPublisher } from './seed-publisher.js';
import { startStore } from './start-store.js';
import type { RunningStore } from './start-store.js';

const name = '@acme/signed';
const dayMs = 86_400_000;
const cache = mkdtempSync(join(tmpdir(), 'mortise-pacote-'));
let store: RunningStore;
let registry: string;

beforeAll(async () => {
  store = await startStore();
  await seedPublisher(store);
  await store.app.listen(0, '127.0.0.1');
  registry = `${await store.app.getUrl()}/npm/`;
});

afterAll(async () => {
  await store.close();
  rmSync(cache, { recursive: true, force: true });
});

async function upload(version: string): Promise<void> {
  const file = stagedBytes(buildNpmTarball({ manifest: { name, version }, files: { 'index.js': version } }));
  await store.app.get(UploadPackage).run({
    side: 'npm',
    file,
    filename: `signed-${version}.tgz`,
    name,
    version,
    tags: [],
    uploader: {
      accountId: 'none',
      actor: { kind: 'system', id: null, name: 'test' },
      publisher: 'acme',
      memberOf: ['acme'],
      requireReach: () => undefined,
    },
  });
}

const readKeys = async (): Promise<NpmKey[]> => {
  const answer = await fetch(`${registry}-/npm/v1/keys`);
  return ((await answer.json()) as { keys: NpmKey[] }).keys;
};

/** What npm does in `npm audit signatures`, once it has the keys. */
async function verify(version: string): Promise<{ keyid: string; sig: string }> {
  const { default: pacote } = await import('pacote');
  const keys = (await readKeys()).map((key) => ({
    ...key,
    pemkey: `-----BEGIN PUBLIC KEY-----\n${key.key}\n-----END PUBLIC KEY-----`,
  }));
  const manifest = await pacote.manifest(`${name}@${version}`, {
    registry,
    cache,
    verifySignatures: true,
    [`${registry.replace(/^http:/, '')}:_keys`]: keys,
  });
  const [signature] = manifest._signatures;
  if (!signature) throw new Error(`${version} has no signature`);
  return signature;
}

it('signs versions so that npm’s own client verifies them, whichever key has its turn', async () => {
  await upload('1.0.0');
  const first = await verify('1.0.0');
  const { keyid } = await store.app.get(NpmKeys).rotate();
  const keys = await readKeys();
  expect(keys.map((key) => key.expires === null)).toEqual([false, true]);
  expect(await verify('1.0.0')).toEqual(first);

  const clock = store.app.get(Clock);
  const now = clock.now.bind(clock);
  clock.now = () => now() + 2 * dayMs;
  await upload('2.0.0');
  expect((await verify('2.0.0')).keyid).toBe(keyid);
  expect(await verify('1.0.0')).toEqual(first);
  expect(first.keyid).toBe(keys[0]?.keyid);
});
