import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreClient, StoreProblem } from '#client';
import type { InstalledRelease, RuntimeWarning } from '../../folder/host-state.js';
import { writeDurably } from '../../folder/write-durably.js';
import { hostLimits } from '../../host-limits.js';
import { HostError } from '../../host-error.js';
import type { EnvironmentBuilder } from '../../runners/runner.js';
import type { HostWork } from '../host-work.js';
import { buildWheels } from './build-wheels.js';
import type { KeptFile } from './build-wheels.js';
import { limitsOf } from '../manifest/limit-bounds.js';
import type { Manifest } from '../manifest/manifest.js';
import type { ReleaseSource } from '../manifest/release-source.js';
import { chooseBackends, resolveDependencies } from './resolve-packages.js';
import type { ResolvedFile } from './installer.js';
import { runtimeWarnings } from './runtime-warnings.js';
import { simpleIndex } from './store-index.js';
import type { StoreIndex } from './store-index.js';

/**
 * The environment of a release's back ends, with the Python that will run them: their own files, and all that they need, by
 * digest. What went in is kept beside it. Returns what the plugin asks for and doesn't get. Throws `no-suitable-artifact`,
 * `python-unsuitable`, `dependencies-unresolved`, `environment-failed`, `container-unavailable`, `system-packages-missing`.
 */
export async function buildEnvironment(
  work: HostWork,
  manifest: Manifest,
  release: InstalledRelease,
  source: ReleaseSource,
): Promise<readonly RuntimeWarning[]> {
  if (!Object.values(manifest.interfaces).some(({ backend }) => backend !== null)) return [];
  const { folder, processBuilder, signal, tell } = work;
  const { settings } = await folder.readHost();
  const limits = limitsOf(settings, manifest);
  const isForeign = release.isolation === 'container';
  const builder: EnvironmentBuilder = isForeign ? work.containerBuilder : processBuilder;
  const target = await builder.describe(limits, signal);
  const warnings = await runtimeWarnings(builder, manifest, limits, signal);
  for (const { message } of warnings) tell({ step: 'warn', what: message });
  const wheels = folder.paths.wheels(release);
  await mkdir(wheels, { mode: 0o755 });
  const lock = await source.lock(manifest);
  tell({ step: 'resolve', what: lock === null ? 'what it needs' : 'its lock' });
  let asked: Promise<StoreIndex> | undefined;
  const index = (): Promise<StoreIndex> => (asked ??= indexOf(work));
  const resolution = {
    index,
    target,
    isForeign,
    python: () => processBuilder.python(signal).then(({ executable }) => executable),
    installer: () => processBuilder.installer(),
    signal,
  };
  const fetch = (files: readonly ResolvedFile[], at: string) => fetchAll(files, at, source);
  const building = { builder: work.containerBuilder, limits, resolution, wheels, fetchAll: fetch, signal };
  const have = async (files: readonly ResolvedFile[]): Promise<readonly KeptFile[]> =>
    isForeign ? buildWheels(await fetch(files, wheels), building) : fetch(files, wheels);
  const collect = async (): Promise<readonly KeptFile[]> => {
    const backends = await have(chooseBackends(manifest, target));
    return [...backends, ...(await have(await resolveDependencies(lock, backends, resolution)))];
  };
  const artifacts = await collect().catch(async (error: unknown) => {
    // pip and uv tell of a store that went away meanwhile as of packages that it lacks: it is asked, and throws where it is away.
    if (error instanceof HostError && error.code === 'dependencies-unresolved') await indexOf(work);
    throw error;
  });
  await freeze(folder.paths.release(release), artifacts);
  tell({ step: 'build', what: `an environment of ${artifacts.length} packages` });
  const buildIndex = isForeign ? null : await buildIndexFor(artifacts, index);
  const environmentFolder = folder.paths.environment(release);
  await builder.build({ environmentFolder, artifacts, limits, buildIndex }, signal);
  // The user that a back end runs as has to find its way in.
  await chmod(folder.paths.release(release), 0o755);
  return warnings;
}

/** What is in the environment, so that it can be built again with no store. */
async function freeze(root: string, artifacts: readonly KeptFile[]): Promise<void> {
  const packages = artifacts.map(({ name, version, filename, sha256 }) => ({
    name,
    version,
    filename,
    sha256,
  }));
  await writeDurably(
    join(root, 'packages.json'),
    `${JSON.stringify({ schema_version: 1, packages }, null, 2)}\n`,
  );
}

async function fetchAll(
  files: readonly ResolvedFile[],
  folder: string,
  source: ReleaseSource,
): Promise<readonly KeptFile[]> {
  if (files.length > hostLimits.packagesOfRelease)
    throw new HostError(
      'too-many-packages',
      `The plugin needs ${files.length} packages, and at most ${hostLimits.packagesOfRelease} go into one environment.`,
    );
  const kept = files.map((file) => ({ ...file, path: join(folder, file.filename) }));
  const waiting = [...kept];
  const fetchNext = async (): Promise<void> => {
    for (let file = waiting.shift(); file; file = waiting.shift()) await source.file(file, file.path);
  };
  await Promise.all(Array.from({ length: hostLimits.downloadsAtOnce }, fetchNext));
  return kept;
}

/** Null too where the store is away: an sdist may bring all that it is built with. */
async function buildIndexFor(
  artifacts: readonly KeptFile[],
  index: () => Promise<StoreIndex>,
): Promise<string | null> {
  if (artifacts.every(({ filename }) => filename.endsWith('.whl'))) return null;
  return index().then(simpleIndex, () => null);
}

/** The store's own Python index, with the host's key where nobody may read it without one. */
async function indexOf({ store, folder }: HostWork): Promise<StoreIndex> {
  const { address } = store;
  try {
    // Something that is read like the index is; the store's keys, say, are everybody's even where reading is not.
    await new StoreClient({ address }).call('listChanges', { limit: 1 });
    return { address, credential: null };
  } catch (error) {
    if (!(error instanceof StoreProblem) || error.status !== 401) throw error;
    return { address, credential: await folder.readHostKey() };
  }
}
