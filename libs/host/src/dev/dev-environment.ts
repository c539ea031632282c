import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { normalizeName, sha256Hex } from '#kernel';
import { HostError } from '../host-error.js';
import { devLimits } from './dev-limits.js';
import { passedOver } from './plugin-sources.js';
import type { PythonSource } from './plugin-sources.js';

/**
 * The virtual environment with these dependencies, made where there is none yet: what ran before goes on in one of its own,
 * also where this one can't be made. Throws `environment-failed`.
 */
export async function makeEnvironment(
  { place, python, dependencies, inUse }: EnvironmentWish,
  onInstall: (dependencies: readonly string[]) => void,
  signal: AbortSignal,
): Promise<string> {
  const folder = join(place, sha256Hex(JSON.stringify([python, dependencies])).slice(0, 12));
  const mark = join(folder, 'mortise-complete');
  if (existsSync(mark)) return folder;
  onInstall(dependencies);
  for (const entry of await readdir(place).catch(() => []))
    if (!inUse.includes(join(place, entry))) await rm(join(place, entry), { recursive: true, force: true });
  await run(python, ['-m', 'venv', '--clear', folder], signal);
  if (dependencies.length > 0) {
    const quiet = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input'];
    await run(join(folder, 'bin', 'python'), [...quiet, '--', ...dependencies], signal);
  }
  await writeFile(mark, '');
  return folder;
}

export interface EnvironmentWish {
  /** Where those that were made lie side by side. */
  readonly place: string;
  readonly python: string;
  readonly dependencies: readonly string[];
  /** Those that something runs in: the others go when another is made. */
  readonly inUse: readonly string[];
}

/** The virtual environment that a plugin's back ends run in while they are written. */
export class DevEnvironment {
  constructor(private readonly folder: string) {}

  /** Brings the modules in it in line with the projects'. */
  async update(sources: readonly PythonSource[]): Promise<void> {
    const packages = await this.packagesFolder();
    await this.removeMirrored(packages);
    for (const source of sources) await this.mirror(source, packages);
  }

  /** Whether that package (normalised) is in there, as a project's or as what one depends on. */
  async has(name: string): Promise<boolean> {
    const infos = (await readdir(await this.packagesFolder())).filter((entry) =>
      entry.endsWith('.dist-info'),
    );
    return infos.some((info) => normalizeName(info.split('-')[0] ?? '') === name);
  }

  /**
   * Copies the modules beside the installed packages, under the project's name: that way they are found as in an
   * installation, and need not lie where the back end's own user may read.
   */
  private async mirror({ name, version, folder }: PythonSource, packages: string): Promise<void> {
    const own = join(packages, `${name.replaceAll('-', '_')}-${version}.dist-info`);
    const modules = (await readdir(folder, { withFileTypes: true })).filter(
      (entry) =>
        (entry.isDirectory() && isModuleFolder(entry.name) && !isEnvironment(join(folder, entry.name))) ||
        (entry.isFile() && isModuleFile(entry.name)),
    );
    for (const { name: module } of modules)
      await cp(join(folder, module), join(packages, module), {
        recursive: true,
        filter: (path) => !isCache(path),
      });
    const files = (await Promise.all(modules.map((one) => filesBelow(join(packages, one.name))))).flat();
    await mkdir(own, { recursive: true });
    await writeFile(join(own, 'METADATA'), `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`);
    await writeFile(join(own, 'INSTALLER'), ourMark);
    await writeFile(join(own, 'RECORD'), files.map((path) => `${relative(packages, path)},,\n`).join(''));
    await writeFile(
      join(own, 'top_level.txt'),
      modules.map((one) => `${one.name.replace(/\.py$/, '')}\n`).join(''),
    );
  }

  /** With the folders that it leaves empty: Python would still find a package there. */
  private async removeMirrored(packages: string): Promise<void> {
    for (const entry of await readdir(packages)) {
      const info = join(packages, entry);
      if (!entry.endsWith('.dist-info') || !(await isOurs(info))) continue;
      const record = await readFile(join(info, 'RECORD'), 'utf8').catch(() => '');
      const paths = record.split('\n').map((line) => line.split(',')[0] ?? '');
      for (const path of paths.filter((one) => one !== '')) {
        await rm(join(packages, path), { force: true });
        for (let folder = dirname(path); folder !== '.'; folder = dirname(folder))
          await rmdir(join(packages, folder)).catch(() => undefined);
      }
      await rm(info, { recursive: true, force: true });
    }
  }

  private async packagesFolder(): Promise<string> {
    const lib = join(this.folder, 'lib');
    const version = (await readdir(lib).catch(() => [])).find((name) => name.startsWith('python'));
    if (version !== undefined) return join(lib, version, 'site-packages');
    throw noEnvironment(this.folder);
  }
}

/** Throws `no-environment` where the folder is none. */
export function requireEnvironment(folder: string): void {
  if (!isEnvironment(folder)) throw noEnvironment(folder);
}

/** Whether that folder is a virtual environment (PEP 405). */
export const isEnvironment = (folder: string): boolean => existsSync(join(folder, 'pyvenv.cfg'));

const noEnvironment = (folder: string): HostError =>
  new HostError(
    'no-environment',
    `${folder} is no virtual environment: make one with \`python3 -m venv\`, or leave --venv away.`,
  );

const ourMark = 'mortise-dev\n';
const isOurs = async (info: string): Promise<boolean> =>
  (await readFile(join(info, 'INSTALLER'), 'utf8').catch(() => '')) === ourMark;

const isModuleFolder = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name) && !passedOver.has(name);
const isModuleFile = (name: string): boolean => /^[A-Za-z_]\w*\.py$/.test(name) && name !== 'setup.py';
const isCache = (path: string): boolean => path.endsWith('__pycache__');

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [path];
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function run(command: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const ends = AbortSignal.any([signal, AbortSignal.timeout(devLimits.programMs)]);
  let said = '';
  const status = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], signal: ends });
    for (const stream of [child.stdout, child.stderr])
      stream.on(
        'data',
        (chunk: Buffer) => (said = (said + chunk.toString()).slice(-devLimits.programCharacters)),
      );
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status === 0) return;
  throw new HostError(
    'environment-failed',
    `${command} ${args.join(' ')} ended with ${status}:\n${said.trim()}`,
  );
}
