import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StoreClient } from '#client';
import { Host } from '#host';
import type { InstalledRelease } from '#host';
import { eventually } from '#testing';
import { commitSwitch } from '../host/host-folder.js';
import { describeInstalls } from '../host/installers.js';
import { PluginStore } from '../host/plugin-store.js';

// `npm test` takes a sample; CRASH_HOSTS=100 is the whole, and CRASH_SEED repeats a run.
const kills = Number(process.env['CRASH_HOSTS'] ?? 8);
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
const random = mulberry32(seed);
const timeoutMs = 180_000 + kills * 15_000;

const command = fileURLToPath(new URL('../../../apps/cli/bin/mortise.js', import.meta.url));
const versions = ['1.0.0', '1.1.0', '1.2.0'];

let store: PluginStore;
let folder: string;
/** How long an operation takes that nobody kills: the moments are chosen within it. */
let usualMs = 1_000;

beforeAll(async () => {
  store = await PluginStore.start();
  for (const version of versions) await store.publish({ version });
  folder = (await store.makeHost('crashing')).folder.paths.root;
});

afterAll(() => store.close());

describeInstalls(`mortise that is killed while it installs, updates and removes (CRASH_SEED=${seed})`, () => {
  it(
    'leaves the old state or the new one, plugins that answer, and no orphan at the store',
    async () => {
      const moments: Record<string, number> = {};
      const started = performance.now();
      expect(await run(['install', 'acme/tool@1.0.0'])).toBe(0);
      usualMs = performance.now() - started;
      await check('the first install');
      for (let kill = 0; kill < kills; kill++) {
        const act = await nextAct();
        const afterMs = random() * usualMs * 1.05;
        const code = await run(act, afterMs);
        const what = `kill ${kill}, ${act.join(' ')} after ${Math.round(afterMs)} ms`;
        const outcome = code === null ? 'killed' : code === 0 ? 'done' : `ended with ${code}`;
        expect([what, ['killed', 'done'].includes(outcome)]).toEqual([what, true]);
        moments[outcome] = (moments[outcome] ?? 0) + 1;
        await check(what);
      }
      process.stderr.write(`CRASH_SEED=${seed}: ${JSON.stringify(moments)}\n`);
    },
    timeoutMs,
  );
});

const initKills = Math.ceil(kills / 4);

describe(`mortise init that is killed (CRASH_SEED=${seed})`, () => {
  it(
    'leaves nothing that the next one doesn’t take up: one host at the store, with one key, the folder’s own',
    async () => {
      const made = ['init', '--store', store.address, '--name', 'begun'];
      const started = performance.now();
      expect(await run(made, undefined, join(store.folder, 'begun'))).toBe(0);
      const initMs = performance.now() - started;
      for (let kill = 0; kill < initKills; kill++) {
        const begun = join(store.folder, `begun-${kill}`);
        const name = `begun ${kill}`;
        const act = [...made.slice(0, -1), name];
        const afterMs = initMs * (0.3 + random() * 0.75);
        const what = `kill ${kill}, init after ${Math.round(afterMs)} ms`;
        const code = await run(act, afterMs, begun);
        // One that was killed after its folder was whole has nothing left to do.
        const isDone = code === 0 || existsSync(join(begun, 'host.json'));
        if (!isDone) expect([what, await run(act, undefined, begun)]).toEqual([what, 0]);
        const host = await Host.open(begun);
        const { id } = (await host.folder.readHost()).host;
        const hosts = (await store.client.call('hostsList', { limit: 100 })).items.filter(
          (one) => one.name === name,
        );
        expect([what, hosts.map((one) => one.id)]).toEqual([what, [id]]);
        expect([what, (await (await store.clientOf(host)).call('hostsMe')).id]).toEqual([what, id]);
        const { items } = await store.client.call('hostsKeys', { host: id ?? '' });
        expect([what, items.filter(({ expires_at }) => expires_at === null)]).toMatchObject([what, [{}]]);
      }
    },
    60_000 + initKills * 15_000,
  );
});

async function nextAct(): Promise<string[]> {
  const host = await Host.open(folder);
  const [one] = Object.values((await host.state()).installations);
  const version = versions[Math.floor(random() * versions.length)]!;
  if (!one) return ['install', `acme/tool@${version}`];
  if (random() < 0.2) return ['remove', 'acme/tool'];
  if (random() < 0.2 && one.previous) return ['rollback', 'acme/tool'];
  return ['update', `acme/tool@${version}`];
}

/** Its exit code; null when it was killed. */
async function run(act: readonly string[], killAfterMs?: number, at = folder): Promise<number | null> {
  const child = spawn(process.execPath, [command, ...act, '--folder', at], {
    env: { ...process.env, MORTISE_CLI_TOKEN: store.token },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  if (code !== null && code !== 0) process.stderr.write(Buffer.concat(said));
  return code;
}

/** As whatever comes next finds it: the next start tidies, then the agent switches to what is wanted. */
async function check(what: string): Promise<void> {
  const host = await Host.open(folder);
  const found = await host.state();
  for (const one of Object.values(found.installations))
    for (const release of [one.current, one.wanted, one.previous]) if (release) answers(host, release, what);
  expect([what, await host.tidy([])]).toEqual([what, true]);
  for (const { id } of Object.values(found.installations)) await commitSwitch(host, id);
  const state = await host.state();
  expect([what, state.pending]).toEqual([what, []]);
  const here = Object.values(state.installations).map(({ id, current }) => [id, current?.version]);
  expect([what, here]).toEqual([what, (await store.listed(host)).map(({ id, version }) => [id, version])]);
  await checkKeys(host, what);
  const named = Object.values(state.installations).flatMap(({ current, previous }) =>
    [current, previous].flatMap((release) => (release ? [release.folder] : [])),
  );
  // A pip or uv that was left alone by its mortise may still be writing: the start after that collects it.
  await eventually(async () => {
    await host.tidy([]);
    expect([what, releasesOf(host)]).toEqual([what, named.sort()]);
  });
}

function answers(host: Host, release: InstalledRelease, what: string): void {
  const python = join(host.folder.paths.environment(release), 'bin', 'python');
  const script = 'from acme_tool import Plugin; print(Plugin().version())';
  const version = execFileSync(python, ['-c', script], { encoding: 'utf8' }).trim();
  const web = host.folder.paths.web('acme/tool', release.version, '@acme/tool');
  const frontend = readFileSync(join(web, 'dist/index.js'), 'utf8');
  expect([what, version, frontend]).toEqual([
    what,
    release.version,
    `export const Panel = "${release.version}";\n`,
  ]);
}

/** Every installation has the one key that lies in its file; nobody else's lies about. */
async function checkKeys(host: Host, what: string): Promise<void> {
  const credential = await host.folder.readHostKey();
  const client = new StoreClient({ address: store.address, credential });
  const { installations } = await host.state();
  for (const { id, key_id } of Object.values(installations)) {
    const { items } = await client.call('installationsKeys', { installation: id });
    const lasting = items.filter(({ expires_at }) => expires_at === null).map((key) => key.id);
    expect([what, lasting]).toEqual([what, [key_id]]);
    const key = readFileSync(host.folder.paths.keyFile(id), 'utf8');
    expect([what, await host.checkPluginKey(key)]).toMatchObject([what, { isActive: true, keyId: key_id }]);
  }
  expect([what, readdirSync(host.folder.paths.keys).sort()]).toEqual([
    what,
    Object.keys(installations).sort(),
  ]);
}

function releasesOf(host: Host): string[] {
  const below = join(host.folder.paths.releases, 'acme', 'tool');
  // With the last of its releases, the plugin's folder goes.
  if (!existsSync(below)) return [];
  return readdirSync(below)
    .flatMap((version) =>
      readdirSync(join(below, version)).map((unique) => `releases/acme/tool/${version}/${unique}`),
    )
    .sort();
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
