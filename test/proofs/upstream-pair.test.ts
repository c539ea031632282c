import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Database } from '#database';
import { seedPublisherInto } from '../seed-publisher.js';
import { StoreProcess } from '../store-process.js';

const run = promisify(execFile);

// PAIRS names the list of real packages, PAIR one of them; both ends of a pair are published under these names upstream.
const pairs = process.env['PAIRS'];
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

const pair =
  pairs !== undefined && existsSync(pairs)
    ? (JSON.parse(readFileSync(pairs, 'utf8')) as { pairs: Pair[] }).pairs.find(({ pypi }) => pypi === wanted)
    : undefined;

/** All but what says where packages come from: that is the store alone. */
const clientEnvironment = (home: string): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], HOME: home });

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

(pair ? describe : describe.skip)('a real pair from upstream (PAIRS names the list of them)', () => {
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
      const own = Object.entries(process.env).filter(([name]) =>
        /^(?:HOME|PIP_|npm_config_|NODE_EXTRA)/i.test(name),
      );
      const machine = { ...Object.fromEntries(own), MORTISE_UPSTREAM_NPM: '', MORTISE_UPSTREAM_PYTHON: '' };
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
    15 * minutes,
  );
});
