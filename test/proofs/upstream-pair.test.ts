import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Database } from '#database';
import { seedPublisherInto } from '../seed-publisher.js';
import { StoreProcess } from '../store-process.js';

const run = promisify(execFile);

// Lists of real packages lie beside the repository, or where TEST_CORPUS says; none is part of it. PAIR names one of
// them; both ends of a pair are published under these names upstream. It takes a minute or two, and the network.
const corpus = resolve(process.env['TEST_CORPUS'] ?? '../shared/corpus');
const pairs = join(corpus, 'pairs.json');
const isWanted = process.env['PAIR'] !== undefined || process.env['PROOFS'] === 'whole';
const wanted = process.env['PAIR'] ?? 'jupyterlab-geojson';
const minutes = 60_000;

interface Pair {
  readonly pypi: string;
  readonly pypi_version: string;
  readonly labextensions: readonly { readonly npm: string; readonly npm_version: string | null }[];
}

interface ReleaseAnswer {
  readonly artifacts: readonly { readonly kind: string }[];
  readonly manifest_url: string;
}

const pair = existsSync(pairs)
  ? (JSON.parse(readFileSync(pairs, 'utf8')) as { pairs: Pair[] }).pairs.find(({ pypi }) => pypi === wanted)
  : undefined;

/** What this machine's own npm and pip are told, and nothing that the tests tell a store otherwise. */
const machine = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(?:HOME|PIP_|npm_config_|NODE_EXTRA)/i.test(name)),
  ),
  MORTISE_UPSTREAM_NPM: '',
  MORTISE_UPSTREAM_PYTHON: '',
};

/** Why there is nothing to try, or undefined: no list, or no upstream that this machine reaches. */
async function whyNot(): Promise<string | undefined> {
  if (!isWanted) return 'PAIR names none';
  if (pair === undefined) return `no pair ${wanted} in ${pairs}`;
  const data = mkdtempSync(join(tmpdir(), 'mortise-pair-'));
  const store = await StoreProcess.start(data, { environment: machine });
  try {
    for (const path of ['/npm/npm', '/pypi/simple/pip/']) {
      const { status } = await fetch(store.address + path);
      if (status !== 200) return `no upstream that answers: ${path} is ${status}`;
    }
    return undefined;
  } finally {
    await store.kill();
    rmSync(data, { recursive: true, force: true });
  }
}
const reason = await whyNot();
// jest doesn't tell the names of what it passes over whole.
if (reason !== undefined && isWanted) process.stderr.write(`The pair is passed over: ${reason}\n`);

/** All but what says where packages come from: that is the store alone. */
const clientEnvironment = (home: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home,
  PIP_CONFIG_FILE: '/dev/null',
});

async function python(folder: string, store: StoreProcess, packages: readonly string[]): Promise<void> {
  await run('python3', ['-m', 'venv', folder]);
  const index = ['--index-url', `${store.address}/pypi/simple/`, '--no-cache-dir'];
  await run(join(folder, 'bin/pip'), ['install', '--quiet', ...index, ...packages], {
    env: clientEnvironment(folder),
  });
}

async function node(folder: string, store: StoreProcess, packages: readonly string[]): Promise<void> {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"name": "project", "version": "1.0.0", "private": true}');
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--registry', `${store.address}/npm/`];
  await run('npm', ['install', ...options, '--cache', join(folder, 'cache'), ...packages], {
    cwd: folder,
    env: clientEnvironment(folder),
  });
}

(reason ? describe.skip : describe)(`a real pair from upstream${reason ? ` (${reason})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-pair-'));
  const data = join(folder, 'data');
  let token: string;

  beforeAll(async () => {
    mkdirSync(data, { recursive: true });
    const database = await Database.open(join(data, 'mortise.sqlite'));
    ({ token } = await seedPublisherInto(database, 'acme'));
    await database.close();
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(
    'is published by descriptor alone, and installs with its dependencies once upstream is cut off',
    async () => {
      const { pypi, pypi_version: backend, labextensions } = pair!;
      const { npm, npm_version: frontend } = labextensions.find(({ npm_version: one }) => one !== null)!;
      const fromPip = [`${pypi}==${backend}`];
      const fromNpm = [`${npm}@${frontend ?? ''}`];
      const open = await StoreProcess.start(data, { environment: machine });
      try {
        const answer = await fetch(`${open.address}/api/v1/publishers/acme/releases`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/yaml',
            prefer: 'wait=60',
          },
          body: `name: pair\nversion: 1.0.0\nbackend: ${pypi}==${backend}\nbackend_component: Plugin\nfront_end: "${npm}@${frontend ?? ''}"\nfrontend_component: Panel\n`,
        });
        const release = (await answer.json()) as ReleaseAnswer;
        expect([answer.status, release]).toMatchObject([201, { id: 'acme/pair' }]);
        expect(release.artifacts.map(({ kind }) => kind)).toEqual(
          expect.arrayContaining(['wheel', 'tarball']),
        );
        await python(join(folder, 'first-venv'), open, fromPip);
        await node(join(folder, 'first-project'), open, fromNpm);
      } finally {
        await open.kill();
      }
      const nowhere = 'http://127.0.0.1:9';
      const cut = { MORTISE_UPSTREAM_NPM: nowhere, MORTISE_UPSTREAM_PYTHON: nowhere };
      const store = await StoreProcess.start(data, { environment: cut, port: open.port });
      try {
        const venv = join(folder, 'venv');
        await python(venv, store, fromPip);
        await node(join(folder, 'project'), store, fromNpm);
        const imported = await run(join(venv, 'bin/python'), ['-c', `import ${pypi.replaceAll('-', '_')}`]);
        expect(imported.stderr).toBe('');
        expect(existsSync(join(folder, 'project/node_modules', npm, 'package.json'))).toBe(true);
      } finally {
        await store.kill();
      }
    },
    6 * minutes,
  );
});
