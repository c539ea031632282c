import { ProcessRunner } from '../runners/process-runner.js';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { FSWatcher } from 'chokidar';
import { readDescriptor } from '#descriptor';
import type { Descriptor, Problem } from '#descriptor';
import { normalizeName, pluginId, sha256Hex } from '#kernel';
import { pluginStatus } from '../agent/agent-status.js';
import { openCallerTokens } from '../agent/callers.js';
import { readLogLines } from '../agent/plugin-logs.js';
import { makeServing } from '../agent/serving.js';
import type { Serving, ServingOptions } from '../agent/serving.js';
import { secretNames } from '../agent/serve-installation.js';
import type { ServedInterface, ServedRelease } from '../agent/served-release.js';
import { ProcessEnvironmentBuilder } from '../install/environment/process-environment-builder.js';
import { runtimeWarnings } from '../install/environment/runtime-warnings.js';
import { readBackendLimits } from '../runners/backend-limits.js';
import type { BackendToRun } from '../runners/runner.js';
import { HostError } from '../host-error.js';
import { DevEnvironment, requireEnvironment } from './dev-environment.js';
import { devLimits } from './dev-limits.js';
import { findPluginSources, isSource, isWebFile, readDescriptorFile } from './plugin-sources.js';
import type { PluginSources, PythonSource, WebSource } from './plugin-sources.js';
import { watchFolder } from './watch-folder.js';

export interface DevOptions extends ServingOptions {
  /** The Python that the environment is made with; `python3` unless said otherwise. */
  readonly python?: string;
  /** A virtual environment with the plugin's dependencies; without it one is made. */
  readonly venv?: string;
  /** What `connect` gets, over the descriptor's default_config. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Told what is wrong with the descriptor, each time that it was read; empty when nothing is. */
  readonly onProblems?: (problems: readonly Problem[], text: string) => void;
}

const installation = 'development';

/**
 * Serves a plugin from the folder that it is written in, with nothing packed or installed. Its back ends start anew when
 * their files change (the new ones before the old ones end), pages load their front ends anew, and the descriptor is
 * checked each time that it is written. What is broken is told, and what ran before goes on.
 */
export class DevHost {
  private readonly stopping = new AbortController();
  private updating: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  /** What the next load has to take: what was written since, and what a load that failed had to. */
  private changed = new Set<string>();
  private web: readonly WebSource[] = [];
  private watcher: FSWatcher | undefined;
  /** Whether something that failed has still to be loaded, whatever changes next. */
  private isBehind = true;

  private constructor(
    readonly folder: string,
    /** `http://127.0.0.1:4181` */
    readonly address: string,
    private readonly serving: Serving,
    private readonly options: DevOptions,
    private readonly state: string,
  ) {}

  /** Serves the plugin of that folder. Resolves once it has been tried. Throws `no-descriptor`, `no-environment`. */
  static async start(folder: string, options: DevOptions = {}): Promise<DevHost> {
    const place = resolve(folder);
    await readDescriptorFile(place);
    if (options.venv !== undefined) requireEnvironment(resolve(options.venv));
    const state = stateFolder(folder);
    await mkdir(join(state, 'run'), { recursive: true, mode: 0o700 });
    const serving = makeServing(options, openCallerTokens(join(state, 'secret')));
    const nothing = async () => ({ outcome: 'unchanged' });
    const address = await serving.listen({
      status: () => ({
        agent: { pid: process.pid, folder: place },
        plugins: serving.served.routes.releases.map(pluginStatus),
        failed: [],
      }),
      switchTo: nothing,
      restart: nothing,
      reload: nothing,
      logs: (_, lines) => readLogLines(DevHost.logFolder(folder), lines),
    });
    const host = new DevHost(place, address, serving, options, state);
    host.watcher = await watchFolder(place, host.noticed, serving.onError);
    await host.update(true);
    // Also where the descriptor is wrong: nothing is on its way then, and it says so.
    await serving.served.load([]);
    return host;
  }

  /** Where back ends of the plugin of that folder log, each in a file of its own. */
  static logFolder(folder: string): string {
    return join(stateFolder(folder), 'logs');
  }

  /** A link that lets a browser into the page that shows the plugin. */
  get link(): string {
    const plugin = this.serving.served.routes.releases[0]?.release.plugin;
    return `${this.address}/${plugin ? `show/${plugin}` : ''}#key=${this.serving.tokens.page}`;
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.watcher?.close();
    clearTimeout(this.timer);
    await this.updating.catch(() => undefined);
    await this.serving.close();
  }

  private readonly noticed = (file: string): void => {
    if (!isSource(file, this.folder, this.web)) return;
    this.changed.add(file);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.update(false), devLimits.settleMs);
  };

  /** One after the other; a failure is told and ends nothing. */
  private update(isFirst: boolean): Promise<void> {
    this.updating = this.updating.then(async () => {
      const files = this.changed;
      // An update before this one has taken them along.
      if (!isFirst && files.size === 0) return;
      this.changed = new Set();
      try {
        await this.updateNow(isFirst, [...files]);
        this.isBehind = false;
      } catch (error) {
        this.isBehind = true;
        this.changed = new Set([...files, ...this.changed]);
        if (this.stopping.signal.aborted) return;
        const { code = 'failed', message } = error as { code?: string; message: string };
        this.serving.events.add('failed', null, { code, message });
      }
    });
    return this.updating;
  }

  private async updateNow(isFirst: boolean, files: readonly string[]): Promise<void> {
    const descriptor = await this.readDescriptor();
    const sources = await findPluginSources(this.folder);
    const isSameWeb = isDeepStrictEqual(sources.web, this.web);
    this.web = sources.web;
    const isOfWeb = (file: string) => isWebFile(file, this.folder, sources);
    const isWebOnly = !this.isBehind && isSameWeb && files.length > 0 && files.every((file) => isOfWeb(file));
    if (isWebOnly) return this.tellReloaded(files);
    const release = await this.makeRelease(descriptor, sources);
    const { served } = this.serving;
    if (isFirst && served.routes.releases.length === 0) {
      await served.load([release]);
      return;
    }
    const outcome = await served.replace(release, () => Promise.resolve());
    if (outcome.outcome === 'refused')
      throw Object.assign(new Error(outcome.message), { code: outcome.code });
    this.tellReloaded(files);
  }

  /** Without the files that an editor has put away again. */
  private tellReloaded(changed: readonly string[]): void {
    const files = changed.filter((file) => existsSync(join(this.folder, file))).slice(0, 20);
    this.serving.events.add('reloaded', null, { files });
  }

  /** Tells its problems. Throws `invalid-descriptor` where it can't be served as it stands. */
  private async readDescriptor(): Promise<Descriptor> {
    const bytes = await readDescriptorFile(this.folder);
    const { descriptors, problems } = readDescriptor(bytes);
    this.options.onProblems?.(problems, bytes.toString());
    const errors = problems.filter(({ severity }) => severity === 'error');
    const [descriptor] = descriptors;
    if (errors.length === 0 && descriptor) return descriptor;
    throw new HostError(
      'invalid-descriptor',
      errors.map(({ line, message }) => `plugin.yaml:${line}: ${message}`).join('\n'),
    );
  }

  private async makeRelease(descriptor: Descriptor, { python, web }: PluginSources): Promise<ServedRelease> {
    const plugin = pluginId('dev', normalizeName(descriptor.name));
    const version = descriptor.version ?? '0.0.0';
    const environment = await this.environment(descriptor, python);
    const interfaces = await Promise.all(
      Object.entries(descriptor.interfaces).map(async ([name, written]): Promise<ServedInterface> => {
        const { backend, frontend, form } = written;
        const about = { plugin, version, name, form: form ?? [], descriptor, environment };
        return {
          name,
          backend: backend && (await this.backendOf(about, backend)),
          frontend: frontend && frontendOf(frontend, web),
          form,
        };
      }),
    );
    return {
      installation,
      plugin,
      version,
      folder: this.folder,
      name: descriptor.title ?? descriptor.name,
      trust: 'trusted',
      runner: new ProcessRunner({ python: this.options.python ?? 'python3' }),
      interfaces,
      defaultConfig: descriptor.default_config,
      warnings: await runtimeWarnings(
        new ProcessEnvironmentBuilder({ python: this.options.python ?? 'python3', installer: 'auto' }),
        { plugin, runtime: descriptor.runtime },
        readBackendLimits({ ...descriptor.runtime }),
        this.stopping.signal,
      ),
    };
  }

  /** Throws `backend-missing`; in an environment that was given, a back end can be there in ways that only Python knows. */
  private async environment(descriptor: Descriptor, python: readonly PythonSource[]): Promise<string> {
    const folder = this.options.venv === undefined ? join(this.state, 'venv') : resolve(this.options.venv);
    const made = this.options.venv === undefined;
    const environment = new DevEnvironment(folder, { python: this.options.python ?? 'python3', made });
    const backends = Object.values(descriptor.interfaces).flatMap(({ backend }) => backend ?? []);
    if (backends.length === 0) return folder;
    await environment.update(python, this.stopping.signal);
    for (const { package: name } of backends)
      if (made && !(await environment.has(normalizeName(name)))) throw missing('backend', name);
    return folder;
  }

  private async backendOf(
    about: {
      readonly plugin: string;
      readonly version: string;
      readonly name: string;
      readonly form: readonly unknown[];
      readonly descriptor: Descriptor;
      readonly environment: string;
    },
    backend: { readonly package: string; readonly component: string | null },
  ): Promise<BackendToRun> {
    const { plugin, version, name, descriptor, environment } = about;
    const configFile = join(this.state, `${name}.json`);
    const config = { ...descriptor.default_config, ...this.options.config };
    await writeFile(configFile, JSON.stringify({ config, secrets: secretNames(about.form) }), {
      mode: 0o600,
    });
    const keyFile = join(this.state, 'key');
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
      cacheFolder: join(this.state, 'data'),
      runFolder: join(this.state, 'run'),
      logFile: join(DevHost.logFolder(this.folder), `${name}.log`),
      limits: readBackendLimits({ ...descriptor.runtime }),
      meta: { name: descriptor.name, description: descriptor.description ?? '', tags: descriptor.tags },
    };
  }
}

/** What is kept of a plugin's development from one time to the next. */
function stateFolder(folder: string): string {
  const key = sha256Hex(resolve(folder)).slice(0, 12);
  return join(homedir(), '.cache', 'mortise', 'dev', key);
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

function missing(what: 'backend' | 'frontend', name: string): HostError {
  const [file, end] = what === 'backend' ? ['pyproject.toml', 'back end'] : ['package.json', 'front end'];
  return new HostError(
    `${what}-missing`,
    `No ${file} here has the name "${name}" that plugin.yaml names as ${end}.`,
  );
}
