import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStore, testAdmin } from '../start-store.js';
import type { RunningStore } from '../start-store.js';

/** The program, from the Python index: `pip install schemathesis`, then its path in this variable. */
const program = process.env['SCHEMATHESIS'];
const isWhole = process.env['PROOFS'] === 'whole';
const seed = process.env['SEED'] ?? String(Math.floor(Math.random() * 1e9));
const contract = fileURLToPath(new URL('../../../contracts/openapi.v1.json', import.meta.url));
const hooks = fileURLToPath(new URL('../../../test/proofs/schemathesis_hooks.py', import.meta.url));
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
].join(',');

let store: RunningStore;
let folder: string;
let address: string;
const callers: Record<string, string | null> = { nobody: null };

beforeAll(async () => {
  if (program === undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'mortise-schemathesis-'));
  store = await startStore({ MORTISE_DEMO: 'on', MORTISE_PORT: '0' });
  await store.app.listen(0, '127.0.0.1');
  address = await store.app.getUrl();
  const session = await send('/api/v1/sessions', null, testAdmin);
  const scopes = ['read', 'publish', 'manage', 'moderate', 'admin'];
  const { token } = await send('/api/v1/tokens', String(session['access_token']), { name: 'all', scopes });
  const { key } = await send('/api/v1/hosts', String(token), { name: 'host' });
  callers['an administrator'] = String(token);
  callers['a host'] = String(key);
});

afterAll(async () => {
  if (program === undefined) return;
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function send(
  path: string,
  credential: string | null,
  body: unknown,
): Promise<Record<string, unknown>> {
  const answer = await fetch(address + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(credential ? { authorization: `Bearer ${credential}` } : {}),
    },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Record<string, unknown>;
}

/** Runs the program; resolves to its exit status and all it said. */
function attack(credential: string | null): Promise<{ status: number | null; said: string }> {
  const child = spawn(
    program ?? '',
    [
      'run',
      contract,
      ...['--url', address, '--checks', checks, '--seed', seed, '--no-color', '--continue-on-failure'],
      ...['--suppress-health-check', 'filter_too_much'],
      ...['--max-examples', isWhole ? '100' : '15', '--request-timeout', '30', '--warnings', 'off'],
      ...(credential === null ? [] : ['--header', `Authorization: Bearer ${credential}`]),
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, SCHEMATHESIS_HOOKS: hooks } },
  );
  let said = '';
  const listen = (chunk: Buffer): void => void (said += chunk.toString());
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, said })));
}

const proof = program === undefined ? describe.skip : describe;

proof(`every route keeps to the contract (schemathesis, seed ${seed})`, () => {
  it.each(['nobody', 'a host', 'an administrator'])(
    'whatever %s sends',
    async (caller) => {
      const { status, said } = await attack(callers[caller] ?? null);
      if (status !== 0) process.stderr.write(said);
      expect(status).toBe(0);
      const cases = Number(/(\d[\d,]*) generated/.exec(said)?.[1]?.replaceAll(',', '') ?? 0);
      process.stderr.write(`schemathesis as ${caller}: ${said.slice(said.indexOf('Test cases'))}\n`);
      expect(cases).toBeGreaterThan(1_000);
    },
    1_800_000,
  );
});
