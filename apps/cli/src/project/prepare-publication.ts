import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FormPart, StoreClient } from '#client';
import type { Descriptor } from '#descriptor';
import { openArchive } from '#host';
import { CliFailure } from '../cli-failure.js';
import type { Context } from '../context.js';
import type { ProblemSource } from '../show-problems.js';
import { artifactSources } from './artifact-sources.js';
import { buildArtifacts, builtFolder } from './build-artifacts.js';
import { makeLock } from './make-lock.js';
import { missingComponents } from './missing-components.js';
import { planRefresh } from './plan-refresh.js';
import { openPluginFolder, requireDescriptor } from './plugin-folder.js';
import type { PluginFolder } from './plugin-folder.js';
import { unbundledImports } from './unbundled-imports.js';

export interface PublicationRequest {
  /** A folder, a descriptor, or an archive. */
  readonly from: string;
  readonly artifacts: readonly string[];
  readonly build: boolean;
  readonly lock: boolean;
}

/** Everything that is sent, ready to be. */
export interface Prepared {
  readonly parts: readonly FormPart[];
  /** Bytes of all parts. */
  readonly total: number;
  /** Of the npm packages that it names, without the `@`. */
  readonly scopes: readonly string[];
  /** For showing the lines of what is wrong with the descriptor. */
  readonly source: ProblemSource | undefined;
  /** Says of which files `mortise refresh` was forgotten. */
  readonly toRefresh: string | undefined;
  readonly discard: () => Promise<void>;
}

const mostArtifacts = 64;

/** Reads and checks the descriptor, builds and locks what there is to, and gives what has to be sent. */
export async function preparePublication(
  context: Context,
  store: StoreClient,
  request: PublicationRequest,
): Promise<Prepared> {
  if (request.artifacts.length === 0 && request.from.endsWith('.tar')) return await prepareArchive(request);
  const plugin = await openPluginFolder(request.from);
  const descriptor = requireDescriptor(plugin);
  const stale = request.artifacts.length > 0 ? [] : await planRefresh(plugin.folder, descriptor);
  const toRefresh =
    stale.length === 0
      ? undefined
      : `The descriptor says something else than ${stale.map(({ path }) => path).join(', ')}: run \`mortise refresh\`.`;
  if (toRefresh !== undefined && request.build) context.output.warn(toRefresh);
  const files =
    request.artifacts.length > 0
      ? request.artifacts
      : await findArtifacts(context, store, plugin, descriptor, request);
  if (files.length > mostArtifacts) {
    throw new CliFailure(
      'too-many-artifacts',
      `A release has up to ${mostArtifacts} files; these are ${files.length}.`,
    );
  }
  const artifacts = await artifactSources(files);
  for (const sentence of missingComponents(descriptor, artifacts)) context.output.warn(sentence);
  for (const sentence of await unbundledImports(descriptor, artifacts)) context.output.warn(sentence);
  const source = { name: plugin.file, text: plugin.bytes.toString() };
  const parts = [bytesPart('descriptor', basename(plugin.file), plugin.bytes)];
  for (const path of files) parts.push(await filePart('artifact', path));
  return {
    parts,
    total: sizeOf(parts),
    scopes: scopesOf(descriptor),
    source,
    toRefresh,
    discard: async () => undefined,
  };
}

/** What an archive has of the release itself; what its lock takes from elsewhere the other store takes from there too. */
async function prepareArchive({ from, lock }: PublicationRequest): Promise<Prepared> {
  const archive = await openArchive(from);
  try {
    const { index, pathOf } = archive;
    const named = index.files.find(({ kind }) => kind === 'descriptor');
    if (named === undefined) throw new CliFailure('archive-damaged', `${from} has no descriptor.`);
    const plugin = await openPluginFolder(pathOf(named));
    const kinds = ['wheel', 'sdist', 'tarball', 'icon', ...(lock ? ['lock'] : [])];
    const files = index.files.filter(({ kind, own }) => own && kinds.includes(kind));
    const parts = [bytesPart('descriptor', basename(plugin.file), plugin.bytes)];
    for (const file of files) parts.push(await filePart('artifact', pathOf(file)));
    const source = { name: `${from}:${named.path}`, text: plugin.bytes.toString() };
    return {
      parts,
      total: sizeOf(parts),
      scopes: scopesOf(requireDescriptor(plugin)),
      source,
      toRefresh: undefined,
      discard: archive.discard,
    };
  } catch (error) {
    await archive.discard();
    throw error;
  }
}

const scopesOf = ({ interfaces }: Descriptor): string[] =>
  Object.values(interfaces).flatMap(({ frontend }) => /^@([^/]+)\//.exec(frontend?.package ?? '')?.[1] ?? []);

const sizeOf = (parts: readonly FormPart[]): number => parts.reduce((sum, { length }) => sum + length, 0);

const bytesPart = (name: string, filename: string, bytes: Buffer): FormPart => ({
  name,
  filename,
  length: bytes.length,
  open: async function* () {
    yield bytes;
  },
});

async function filePart(name: string, path: string): Promise<FormPart> {
  const found = await stat(path);
  if (!found.isFile()) throw new CliFailure('artifact-unusable', `${path} is no file.`);
  return { name, filename: basename(path), length: found.size, open: () => createReadStream(path) };
}

/** What a folder has: what is built of its sources, its icon, and a lock, its own or one that is made. */
async function findArtifacts(
  context: Context,
  store: StoreClient,
  { folder }: PluginFolder,
  descriptor: Descriptor,
  { build, lock }: PublicationRequest,
): Promise<string[]> {
  const version = descriptor.version ?? '0.0.0';
  const built = build
    ? await buildArtifacts(context, folder, descriptor)
    : await builtBefore(folder, version);
  const icon = descriptor.icon === null ? [] : await present(join(folder, descriptor.icon));
  const wheels = built.filter((path) => path.endsWith('.whl'));
  if (!lock) return [...built, ...icon];
  const own = await present(join(folder, 'pylock.toml'));
  if (own.length > 0 || wheels.length === 0) return [...built, ...icon, ...own];
  const made = await context.output.step({
    title: 'Locking what the back end needs',
    run: () =>
      makeLock(context, wheels, { indexUrl: `${store.address}/pypi/simple/`, credential: store.credential }),
  });
  return [...built, ...icon, made];
}

async function builtBefore(folder: string, version: string): Promise<string[]> {
  const place = builtFolder(folder, version);
  const names = await readdir(place).catch((): string[] => []);
  return names.filter((name) => /\.(?:whl|tgz)$/.test(name)).map((name) => join(place, name));
}

const present = async (path: string): Promise<string[]> =>
  (await stat(path).catch(() => undefined))?.isFile() === true ? [path] : [];
