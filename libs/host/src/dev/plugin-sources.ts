import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { normalizeName, npmEntry } from '#kernel';
import { HostError, messageOf } from '../host-error.js';
import { devLimits } from './dev-limits.js';

/** The Python project of a back end, as it lies in a plugin's folder. */
export interface PythonSource {
  /** Of `[project]`, normalised. */
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
  /** Where its modules are: the project's folder, or `src` in it. */
  readonly folder: string;
}

/** The npm package of a front end, as it lies in a plugin's folder. */
export interface WebSource {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** The path of the module to begin with, as a store would find it; null where there can be none. */
  readonly entry: string | null;
}

/** Throws `no-descriptor`. */
export async function readDescriptorFile(folder: string): Promise<Buffer> {
  return await readFile(join(folder, 'plugin.yaml')).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? `There is no plugin.yaml in ${folder}: \`mortise new\` makes a plugin.`
        : code === 'ENOTDIR'
          ? `${folder} is no folder: name the one that plugin.yaml lies in.`
          : `plugin.yaml in ${folder} can't be read (${code ?? message}).`;
    throw new HostError('no-descriptor', why, { cause: error });
  });
}

/** What is no part of a plugin that is installed. */
export const passedOver = new Set([
  'node_modules',
  'dist',
  'build',
  'test',
  'tests',
  'docs',
  'venv',
  '__pycache__',
]);

export interface PluginSources {
  readonly python: readonly PythonSource[];
  readonly web: readonly WebSource[];
}

/** Where a plugin's projects may lie, relative to its folder: in it (`.`), and in each directly below it, in order. */
export async function projectFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !passedOver.has(entry.name))
    .map(({ name }) => name)
    .sort();
  return ['.', ...below.slice(0, devLimits.folders)];
}

/** Finds the plugin's projects. Throws `project-unreadable`. */
export async function findPluginSources(folder: string): Promise<PluginSources> {
  const places = (await projectFolders(folder)).map((name) => join(folder, name));
  const python = await Promise.all(places.map(readPythonSource));
  const web = await Promise.all(places.map(readWebSource));
  return { python: python.filter((one) => one !== undefined), web: web.filter((one) => one !== undefined) };
}

async function readPythonSource(folder: string): Promise<PythonSource | undefined> {
  const text = await readFile(join(folder, 'pyproject.toml'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { project } = readWith(parse, text, join(folder, 'pyproject.toml')) as {
    project?: { name?: unknown; version?: unknown; dependencies?: unknown };
  };
  if (typeof project?.name !== 'string') return undefined;
  const { dependencies } = project;
  const names = await readdir(folder);
  return {
    name: normalizeName(project.name),
    version: typeof project.version === 'string' ? project.version : '0',
    dependencies: Array.isArray(dependencies) ? dependencies.map(String) : [],
    folder: names.includes('src') ? join(folder, 'src') : folder,
  };
}

/** Of an error the first line: TOML's shows the place below it. */
function readWith(read: (text: string) => unknown, text: string, path: string): unknown {
  try {
    return read(text);
  } catch (error) {
    const [why = ''] = messageOf(error).split('\n', 1);
    const at = error instanceof TomlError ? ` at line ${error.line}` : '';
    throw new HostError('project-unreadable', `${path} can't be read${at} (${why}).`, { cause: error });
  }
}

async function readWebSource(folder: string): Promise<WebSource | undefined> {
  const path = join(folder, 'package.json');
  const text = await readFile(path, 'utf8').catch(() => '{}');
  const { name, version, ...manifest } = Object(readWith(JSON.parse, text, path)) as Record<string, unknown>;
  if (typeof name !== 'string') return undefined;
  // What a bundler has yet to write is where it will be.
  const entry =
    npmEntry(manifest, { has: (path) => existsSync(join(folder, path)) }) ??
    npmEntry(manifest, { has: () => true });
  return { name, version: typeof version === 'string' ? version : '0.0.0', folder, entry };
}

/** Whether that file, by its path in the plugin's folder, is written by people, or for pages by a bundler. */
export const isSource = (file: string, plugin: string, web: readonly WebSource[]): boolean =>
  !isByProduct(file) || (!/^dist\/\.?mortise-/.test(file) && isBundled(file, plugin, web));

const isBundled = (file: string, plugin: string, web: readonly WebSource[]): boolean =>
  web.some(({ folder }) => join(plugin, file).startsWith(join(folder, 'dist/')));

const isByProduct = (file: string): boolean => /(?:^|\/)dist(?:\/|$)|~$/.test(file);

/** Whether nothing but pages has to load that file anew: a template in a Python package is its back end's. */
export const isWebFile = (file: string, plugin: string, { python, web }: PluginSources): boolean =>
  web.some(({ folder }) => folder !== plugin && join(plugin, file).startsWith(`${folder}/`)) ||
  isBundled(file, plugin, web) ||
  (/\.(?:m?js|css|html|svg|png)$/.test(file) &&
    !python.some(({ folder }) => dirname(join(plugin, file)).startsWith(`${folder}/`)));
