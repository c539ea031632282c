import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Descriptor } from '#descriptor';
import { normalizeName } from '#kernel';
import { CliFailure } from '../cli-failure.js';
import type { Context } from '../context.js';
import { runProgram } from '../run-program.js';
import { findSources } from './find-sources.js';

const leftoverMs = 60 * 60_000;

/** Archives know no earlier time (1980); the same sources then give the same bytes, whoever builds. */
const epoch = { SOURCE_DATE_EPOCH: '315532800' };

/** Below the plugin's folder: where what was built of a version stays. */
export const builtFolder = (folder: string, version: string): string =>
  join(folder, 'dist', `mortise-${version}`);

/**
 * Builds a wheel of every Python project and a tarball of every npm package in the folder that the descriptor names,
 * with pip (or uv) and npm. What was built before of this version is replaced at the end, in one step. Gives the paths.
 */
export async function buildArtifacts(
  context: Context,
  folder: string,
  descriptor: Descriptor,
): Promise<string[]> {
  const target = builtFolder(folder, descriptor.version ?? '0.0.0');
  const { python, web } = await placesToBuild(folder, descriptor, context);
  if (python.length + web.length === 0) return [];
  await mkdir(join(folder, 'dist'), { recursive: true });
  await removeLeftovers(join(folder, 'dist'));
  // Absolute, since pip and npm run elsewhere.
  const beside = await mkdtemp(resolve(folder, 'dist', '.mortise-'));
  try {
    for (const place of python) {
      const title = `Building the wheel of ${join(folder, place)}`;
      const run = () => buildWheel(context, { title, folder: join(folder, place) }, beside);
      await context.output.step({ title, run });
    }
    for (const place of web) {
      const title = `Packing the tarball of ${join(folder, place)}`;
      const run = () => packTarball(context, { title, folder: join(folder, place) }, beside);
      await context.output.step({ title, run });
    }
    await replaceFolder(beside, target);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  return (await readdir(target))
    .filter((name) => /\.(?:whl|tgz)$/.test(name))
    .sort()
    .map((name) => join(target, name));
}

/** What a build left that was killed; another that runs now is younger. */
async function removeLeftovers(dist: string): Promise<void> {
  for (const name of await readdir(dist)) {
    if (!name.startsWith('.mortise-')) continue;
    const { mtimeMs } = await stat(join(dist, name));
    if (Date.now() - mtimeMs > leftoverMs) await rm(join(dist, name), { recursive: true, force: true });
  }
}

/** A lock that was made of the same wheel is kept: the same again has to have the same bytes. */
async function replaceFolder(made: string, target: string): Promise<void> {
  await rename(join(target, 'pylock.toml'), join(made, 'pylock.toml')).catch(() => undefined);
  await rm(target, { recursive: true, force: true });
  await rename(made, target);
}

async function placesToBuild(
  folder: string,
  { interfaces, kind }: Descriptor,
  { output }: Context,
): Promise<{ readonly python: readonly string[]; readonly web: readonly string[] }> {
  const sources = await findSources(folder);
  const parts = Object.values(interfaces);
  const isNamed = (name: string | undefined, references: readonly ({ package: string } | null)[]): boolean =>
    name === undefined ||
    references.some((one) => one !== null && normalizeName(one.package) === normalizeName(name));
  const named = async (
    places: readonly string[],
    file: string,
    pattern: RegExp,
    references: readonly ({ package: string } | null)[],
  ): Promise<string[]> => {
    // InsightConnect's descriptors name no package: the wheel that lies beside one is its back end.
    if (references.every((one) => one === null))
      return kind === 'insightconnect' && file !== 'package.json' ? [...places] : [];
    const chosen: string[] = [];
    for (const place of places) {
      const text = await readFile(join(folder, place, file), 'utf8').catch(() => '');
      const name = pattern.exec(text)?.[1];
      if (isNamed(name, references)) chosen.push(place);
      else
        output.note(`${join(place, file)} is passed over: the descriptor names no package "${name ?? ''}".`);
    }
    return chosen;
  };
  return {
    python: await named(
      sources.python,
      'pyproject.toml',
      /^name\s*=\s*["']([^"'\n]+)/m,
      parts.map(({ backend }) => backend),
    ),
    web: await named(
      sources.web,
      'package.json',
      /"name"\s*:\s*"([^"]+)"/,
      parts.map(({ frontend }) => frontend),
    ),
  };
}

interface Task {
  readonly title: string;
  readonly folder: string;
}

async function buildWheel(context: Context, { title: task, folder }: Task, into: string): Promise<void> {
  const { python, forPrograms } = context.settings;
  // Without a network, pip's own five take minutes for each package that it builds with.
  const environment = { ...epoch, PIP_RETRIES: forPrograms['PIP_RETRIES'] ?? '1' };
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--no-input', 'wheel', '--quiet', '--no-deps'];
  try {
    await runProgram(context, {
      task,
      command: python,
      args: [...pip, '--wheel-dir', into, '.'],
      folder,
      environment,
    });
  } catch (error) {
    if (!(error instanceof CliFailure) || !isWithoutPip(error)) throw error;
    const args = ['build', '--quiet', '--wheel', '--out-dir', into, '.'];
    await runProgram(context, { task, command: 'uv', args, folder, environment: epoch }).catch(
      (uvError: unknown) => {
        throw uvError instanceof CliFailure && uvError.code === 'program-absent'
          ? withoutBuilder(python)
          : uvError;
      },
    );
  }
}

const isWithoutPip = (error: CliFailure): boolean =>
  error.code === 'program-absent' || error.message.includes('No module named pip');

const withoutBuilder = (python: string): CliFailure =>
  new CliFailure(
    'builder-absent',
    `Neither pip (of ${python}) nor uv is on this machine to build the wheel: install one, or build it yourself and name it: \`mortise publish . dist/*.whl\`.`,
  );

async function packTarball(context: Context, { title: task, folder }: Task, into: string): Promise<void> {
  const args = ['pack', '--loglevel=error', '--pack-destination', into];
  await runProgram(context, { task, command: context.settings.npm, args, folder });
}
