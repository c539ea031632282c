import { execFile, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { peerNames } from '../clients/client-list.js';
import type { ClientName } from '../clients/client-list.js';
import { installClients } from '../clients/install-clients.js';
import type { InstalledClients } from '../clients/installed-clients.js';
import { freePort } from '../services/free-port.js';
import { endWithBench, stopProcess } from './child-process.js';

const readyWithinMs = 60_000;
const run = promisify(execFile);

/** Another registry, in a process of its own, with what the bench needs to fill it. */
export interface Peer {
  readonly title: string;
  readonly pid: number;
  readonly port: number;
  /** What a publish sends as `authorization`. */
  readonly authorization: string;
  /** Where a publisher's packages are. */
  readonly base: string;
  stop(): Promise<void>;
}

let installed: InstalledClients | null = null;

/** Installs the peers once for all parts, and says what there is. */
async function programOf(name: ClientName): Promise<string | null> {
  if (installed === null) {
    installed = await installClients(peerNames);
    for (const [peer, found] of Object.entries(installed)) {
      const text = 'missing' in found ? `left out: ${found.missing}` : found.version;
      process.stdout.write(`  ${peer}: ${text}\n`);
    }
  }
  const found = installed[name];
  return found === undefined || 'missing' in found ? null : found.command;
}

/** Verdaccio with no upstream, on a newer Node than the store's; null where it can't be had. */
export async function startVerdaccio(folder: string, { signedTokens = false } = {}): Promise<Peer | null> {
  const program = await programOf('verdaccio');
  if (program === null) return null;
  mkdirSync(folder, { recursive: true });
  const configuration = {
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    uplinks: {},
    packages: { '**': { access: '$all', publish: '$authenticated' } },
    log: { type: 'stdout', format: 'json', level: 'fatal' },
    // Its own choice is a token that costs a check of the password at every request; this one costs a signature.
    ...(signedTokens ? { security: { api: { legacy: false, jwt: { sign: { expiresIn: '1d' } } } } } : {}),
  };
  const file = join(folder, 'config.yaml');
  writeFileSync(file, JSON.stringify(configuration));
  const port = await freePort();
  const peer = await start(program, ['--config', file, '--listen', `127.0.0.1:${port}`], port, '/-/ping');
  const user = { name: 'bench', password: 'a long enough password', _id: 'org.couchdb.user:bench' };
  const response = await fetch(`http://127.0.0.1:${port}/-/user/org.couchdb.user:bench`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(user),
  });
  const { token } = (await response.json()) as { token: string };
  return { ...peer, title: 'Verdaccio', authorization: `Bearer ${token}`, base: '/' };
}

/** devpi with one index and no mirror; null where it can't be had. */
export async function startDevpi(folder: string): Promise<Peer | null> {
  const program = await programOf('devpi-server');
  const init = await programOf('devpi-init');
  if (program === null || init === null) return null;
  mkdirSync(folder, { recursive: true });
  const data = join(folder, 'devpi');
  await run(init, ['--serverdir', data, '--no-root-pypi']);
  const port = await freePort();
  const words = ['--serverdir', data, '--host', '127.0.0.1', '--port', String(port), '--offline-mode'];
  const peer = await start(program, words, port, '/+api');
  const address = `http://127.0.0.1:${port}`;
  const put = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const response = await fetch(address + path, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`devpi answered ${path} with ${response.status}`);
  };
  await put('/bench', { password: 'bench-password' });
  const login = await fetch(`${address}/+login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'bench', password: 'bench-password' }),
  });
  const { result } = (await login.json()) as { result: { password: string } };
  const token = Buffer.from(`bench:${result.password}`).toString('base64');
  await put('/bench/dev', { bases: [] }, { 'x-devpi-auth': token });
  const authorization = `Basic ${Buffer.from('bench:bench-password').toString('base64')}`;
  return { ...peer, title: 'devpi', authorization, base: '/bench/dev/' };
}

async function start(
  program: string,
  words: readonly string[],
  port: number,
  path: string,
): Promise<Pick<Peer, 'pid' | 'port' | 'stop'>> {
  const child = spawn(program, words, { stdio: 'ignore' });
  endWithBench(child);
  for (const end = performance.now() + readyWithinMs; performance.now() < end;) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}.`);
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return { pid: child.pid!, port, stop: () => stopProcess(child) };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stopProcess(child);
  throw new Error(`${program} did not answer in time.`);
}
