import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '#kernel';
import { defaultSettings, HostFolder, switched, withInstallation } from '#host';
import type { Host, HostState, InstallationState, InstalledRelease } from '#host';
import { makePythonEnvironment } from '#testing';

/** A release as an installation leaves it in the folder, made without a store: a back end of these modules. */
export interface PlannedRelease {
  readonly plugin?: string;
  readonly version: string;
  /** Python of the module `tool`, which has a class `Plugin`. */
  readonly code: string;
  readonly runtime?: object;
  /** Another back end than `tool`, which the test puts into the environment itself. */
  readonly backend?: {
    readonly package: string;
    readonly component: string;
    make(environmentFolder: string): void;
  };
  readonly name?: string;
  readonly descriptor?: string;
  /** Of the front end `@acme/tool`: the one module that it has. */
  readonly module?: string;
}

export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `m-${name}-`));
}

/** A host's folder whose store is nowhere. */
export function makeHostFolder(path: string): Promise<HostFolder> {
  return HostFolder.create(
    join(path, 'host'),
    {
      schema_version: 1,
      store: { address: 'http://127.0.0.1:9', keys: [] },
      host: { id: null, name: 'test' },
      machine: 'test',
      settings: defaultSettings,
    },
    'mrt_host_none',
  );
}

/** What an agent comes to when what is wanted is healthy, without one: it serves, and the store hears of it. */
export async function commitSwitch(host: Host, installation: string): Promise<HostState> {
  await host.folder.changeState((state) => switched(state, installation));
  await host.tidy([]);
  return host.state();
}

/** Installs it and has it serve, as with an agent that finds it healthy. */
export async function installServing(host: Host, wish: string): Promise<InstallationState> {
  const { installation } = await host.install(wish);
  const { installations } = await commitSwitch(host, installation.id);
  return installations[installation.id]!;
}

/** What the Python of that release's environment prints. */
export function pythonSays(host: Host, release: InstalledRelease | null, script: string): string {
  const python = join(host.folder.paths.environment(release!), 'bin', 'python');
  return execFileSync(python, ['-c', script], { encoding: 'utf8' }).trim();
}

/** Puts a release in the folder as what an installation wants; gives the installation's id. */
export async function installInto(
  folder: HostFolder,
  plan: PlannedRelease,
  id: string = randomUUID(),
): Promise<string> {
  const { plugin = 'acme/tool', version } = plan;
  const release: InstalledRelease = {
    version,
    folder: folder.paths.newRelease(plugin, version, randomUUID().slice(0, 8)),
    isolation: 'process',
    manifest_sha256: '',
    installed_at: new Date().toISOString(),
  };
  const environment = folder.paths.environment(release);
  if (plan.backend) plan.backend.make(environment);
  else makePythonEnvironment(environment, 'tool', { 'tool.py': plan.code });
  if (plan.descriptor !== undefined) writeFileSync(folder.paths.descriptor(release), plan.descriptor);
  const manifest = JSON.stringify(manifestOf(folder, plan, plugin));
  writeFileSync(folder.paths.manifest(release), manifest);
  mkdirSync(folder.paths.keyFolder(id), { recursive: true });
  writeFileSync(folder.paths.keyFile(id), 'mrt_plugin_none');
  const wanted = { ...release, manifest_sha256: sha256Hex(manifest) };
  await folder.changeState((state) => {
    const known = state.installations[id]
      ? state
      : { ...state, installations: { ...state.installations, [id]: fresh(id, plugin) } };
    return withInstallation(known, id, (one) => ({ ...one, wanted }));
  });
  return id;
}

const fresh = (id: string, plugin: string): InstallationState => ({
  id,
  plugin,
  range: null,
  channel: null,
  pinned: false,
  trust: 'trusted',
  current: null,
  wanted: null,
  previous: null,
  failure: null,
  tell: null,
  key_id: null,
});

function manifestOf(
  folder: HostFolder,
  { version, runtime = {}, module, name = 'Tool', backend: own }: PlannedRelease,
  plugin: string,
): object {
  const backend = {
    package: own?.package ?? 'tool',
    version,
    component: own?.component ?? 'tool:Plugin',
    requires_python: null,
    artifacts: [],
  };
  return {
    schema_version: 1,
    plugin,
    name,
    version,
    trust: 'trusted',
    isolation: 'process',
    interfaces: {
      default: {
        backend,
        frontend: module === undefined ? null : frontendOf(folder, plugin, version, module),
        form: null,
      },
    },
    default_config: {},
    permissions: [],
    runtime,
    requires: {},
  };
}

function frontendOf(folder: HostFolder, plugin: string, version: string, module: string): object {
  const place = folder.paths.web(plugin, version, '@acme/tool');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'index.js'), module);
  const integrity = `sha384-${createHash('sha384').update(module).digest('base64')}`;
  return {
    package: '@acme/tool',
    version,
    component: 'Panel',
    entry: 'index.js',
    files: [{ path: 'index.js', size: module.length, integrity }],
  };
}
