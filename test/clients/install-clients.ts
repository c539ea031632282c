import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { wantedClients } from './client-list.js';
import type { ClientName, WantedClient } from './client-list.js';
import type { InstalledClient, InstalledClients } from './installed-clients.js';

const run = promisify(execFile);
const installMs = 300_000;
const versionMs = 60_000;

/**
 * Installs the clients by the machine's own npm and pip, each into a folder of its own that the next run finds
 * again, and writes `bin/NAME` for each. What can't be had is told with its reason.
 */
export async function installClients(
  names: readonly ClientName[],
  isWhole = false,
): Promise<InstalledClients> {
  const folder = clientsFolder();
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const installed: Partial<Record<ClientName, InstalledClient>> = {};
  for (const name of ['newer-node' as const, ...names]) {
    const wanted: WantedClient = wantedClients[name];
    if (wanted.wholeOnly && !isWhole) {
      installed[name] = { missing: 'only `npm run proofs` tries this one' };
      continue;
    }
    try {
      const program = await install(folder, wanted);
      const command = join(folder, 'bin', name);
      writeStarter(
        command,
        wanted.onNewerNode ? `"${join(folder, 'bin', 'newer-node')}" ${program}` : program,
      );
      installed[name] = { command, version: await versionOf(command) };
    } catch (error) {
      installed[name] = { missing: reasonOf(error) };
    }
  }
  return installed;
}

/** Kept from one run to the next where there is a cache. */
export function clientsFolder(): string {
  const caches = join(homedir(), '.cache');
  return join(existsSync(caches) ? caches : tmpdir(), 'mortise-clients');
}

/** Answers with the words of a shell command. */
async function install(folder: string, wanted: WantedClient): Promise<string> {
  if (wanted.from === 'machine') {
    const { stdout } = await run('sh', ['-c', `command -v ${wanted.program}`]);
    return `"${stdout.trim()}"`;
  }
  const home = join(folder, `${wanted.package.replace('/', '-')}-${wanted.version}`);
  const program =
    wanted.from === 'npm' ? join(home, 'node_modules', wanted.program) : join(home, 'bin', wanted.program);
  if (!existsSync(join(home, 'complete'))) {
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home);
    if (wanted.from === 'npm') await installByNpm(home, wanted);
    else await installByPip(home, wanted);
    writeFileSync(join(home, 'complete'), '');
  }
  return /\.[cm]?js$/.test(program) && !wanted.onNewerNode
    ? `"${process.execPath}" "${program}"`
    : `"${program}"`;
}

async function installByNpm(home: string, wanted: WantedClient): Promise<void> {
  const { overrides = {} } = wanted;
  writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true, overrides }));
  const wish = `${wanted.package}@${wanted.version}`;
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  await run('npm', ['install', ...flags, wish], { cwd: home, timeout: installMs });
}

async function installByPip(home: string, wanted: WantedClient): Promise<void> {
  await run('python3', ['-m', 'venv', home], { timeout: installMs });
  const wish = `${wanted.package}==${wanted.version}`;
  const python = join(home, 'bin', 'python');
  await run(python, ['-m', 'pip', 'install', '--quiet', wish], { timeout: installMs });
}

function writeStarter(file: string, command: string): void {
  writeFileSync(file, `#!/bin/sh\nexec ${command} "$@"\n`);
  chmodSync(file, 0o755);
}

async function versionOf(command: string): Promise<string> {
  // These two have no --version.
  if (command.endsWith('verdaccio-e2e')) return wantedClients['verdaccio-e2e'].version;
  if (command.endsWith('devpi-init')) return wantedClients['devpi-init'].version;
  const { stdout } = await run(command, ['--version'], { timeout: versionMs });
  return /\d+\.\d+(?:\.\d+)?/.exec(stdout)?.[0] ?? stdout.trim();
}

function reasonOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim() || message).split('\n').slice(-3).join(' ');
}
