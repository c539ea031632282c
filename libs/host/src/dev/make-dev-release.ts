import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Descriptor } from '#descriptor';
import { normalizeName, pluginId } from '#kernel';
import { secretNames } from '../agent/serve-installation.js';
import type { ServedInterface, ServedRelease } from '../agent/served-release.js';
import { HostError } from '../host-error.js';
import { ProcessEnvironmentBuilder } from '../install/environment/process-environment-builder.js';
import { runtimeWarnings } from '../install/environment/runtime-warnings.js';
import { readBackendLimits } from '../runners/backend-limits.js';
import { ProcessRunner } from '../runners/process-runner.js';
import type { BackendToRun } from '../runners/runner.js';
import { DevEnvironment, makeEnvironment } from './dev-environment.js';
import type { PluginSources, PythonSource, WebSource } from './plugin-sources.js';

/** What a plugin that is being written is served with. */
export interface DevWork {
  readonly folder: string;
  /** What is kept of its development from one time to the next. */
  readonly state: string;
  readonly logs: string;
  readonly python: string;
  /** A virtual environment that was given. */
  readonly venv: string | undefined;
  readonly config: Readonly<Record<string, unknown>> | undefined;
  /** Environments that back ends run in now. */
  readonly inUse: readonly string[];
  readonly onInstall: (dependencies: readonly string[]) => void;
  readonly signal: AbortSignal;
}

const installation = 'development';

/** The plugin as it lies in its folder. Throws `backend-missing`, `frontend-missing`, `environment-failed`. */
export async function makeDevRelease(
  descriptor: Descriptor,
  { python, web }: PluginSources,
  work: DevWork,
): Promise<ServedRelease> {
  const plugin = pluginId('dev', normalizeName(descriptor.name));
  const version = descriptor.version ?? '0.0.0';
  const environment = await environmentOf(descriptor, python, work);
  const interfaces = await Promise.all(
    Object.entries(descriptor.interfaces).map(async ([name, written]): Promise<ServedInterface> => {
      const { backend, frontend, form } = written;
      const about = { plugin, version, name, form: form ?? [], descriptor, environment };
      return {
        name,
        backend: backend && (await backendOf(about, backend, work)),
        frontend: frontend && frontendOf(frontend, web),
        form,
      };
    }),
  );
  const runtime = await runtimeWarnings(
    new ProcessEnvironmentBuilder({ python: work.python, installer: 'auto' }),
    { plugin, runtime: descriptor.runtime },
    readBackendLimits({ ...descriptor.runtime }),
    work.signal,
  );
  return {
    installation,
    plugin,
    version,
    folder: work.folder,
    name: descriptor.title ?? descriptor.name,
    trust: 'trusted',
    runner: new ProcessRunner({ python: work.python }),
    interfaces,
    defaultConfig: descriptor.default_config,
    warnings: [...interfaces.flatMap(({ frontend }) => notBuilt(frontend)), ...runtime],
  };
}

/** In an environment that was given, a back end can be there in ways that only Python knows. */
async function environmentOf(
  descriptor: Descriptor,
  sources: readonly PythonSource[],
  { state, venv, python, inUse, onInstall, signal }: DevWork,
): Promise<string> {
  const place = join(state, 'environments');
  const backends = Object.values(descriptor.interfaces).flatMap(({ backend }) => backend ?? []);
  if (backends.length === 0) return place;
  const dependencies = sources.flatMap((source) => source.dependencies);
  const wish = { place, python, dependencies, inUse };
  const folder = venv === undefined ? await makeEnvironment(wish, onInstall, signal) : resolve(venv);
  const environment = new DevEnvironment(folder);
  await environment.update(sources);
  for (const { package: name } of backends)
    if (venv === undefined && !(await environment.has(normalizeName(name)))) throw missing('backend', name);
  return folder;
}

async function backendOf(
  about: {
    readonly plugin: string;
    readonly version: string;
    readonly name: string;
    readonly form: readonly unknown[];
    readonly descriptor: Descriptor;
    readonly environment: string;
  },
  backend: { readonly package: string; readonly component: string | null },
  { state, logs, config }: DevWork,
): Promise<BackendToRun> {
  const { plugin, version, name, descriptor, environment } = about;
  const configFile = join(state, `${name}.json`);
  const given = { config: { ...descriptor.default_config, ...config }, secrets: secretNames(about.form) };
  await writeFile(configFile, JSON.stringify(given), { mode: 0o600 });
  const keyFile = join(state, 'key');
  await writeFile(keyFile, 'no key while it is developed\n', { mode: 0o600 });
  return {
    installation,
    plugin,
    version,
    interface: name,
    package: normalizeName(backend.package),
    component: backend.component ?? '',
    environmentFolder: environment,
    configFile,
    keyFile,
    cacheFolder: join(state, 'data'),
    runFolder: join(state, 'run'),
    logFile: join(logs, `${name}.log`),
    limits: readBackendLimits({ ...descriptor.runtime }),
    meta: { name: descriptor.name, description: descriptor.description ?? '', tags: descriptor.tags },
  };
}

function frontendOf(
  { package: name, component }: { readonly package: string; readonly component: string | null },
  web: readonly WebSource[],
): ServedInterface['frontend'] {
  const found = web.find((one) => one.name === name);
  if (!found) throw missing('frontend', name);
  return {
    package: name,
    version: found.version,
    component,
    entry: found.entry,
    folder: found.folder,
    files: null,
  };
}

function notBuilt(frontend: ServedInterface['frontend']): ServedRelease['warnings'] {
  if (!frontend || (frontend.entry !== null && existsSync(join(frontend.folder, frontend.entry)))) return [];
  const { package: name, entry } = frontend;
  const message =
    entry === null
      ? `The package.json of ${name} names no module that a page could begin with: set "main", "module" or "exports".`
      : `${join(frontend.folder, entry)}, which a page of ${name} begins with, isn't there: pages load it once your bundler has written it.`;
  return [{ code: 'frontend-not-built', message }];
}

function missing(what: 'backend' | 'frontend', name: string): HostError {
  const [file, end] = what === 'backend' ? ['pyproject.toml', 'back end'] : ['package.json', 'front end'];
  return new HostError(
    `${what}-missing`,
    `No ${file} here has the name "${name}" that plugin.yaml names as ${end}.`,
  );
}
