import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { FSWatcher } from 'chokidar';
import { readDescriptor } from '#descriptor';
import type { Descriptor, Problem } from '#descriptor';
import { sha256Hex } from '#kernel';
import { pluginStatus } from '../agent/agent-status.js';
import { openCallerTokens } from '../agent/callers.js';
import { readLogLines } from '../agent/plugin-logs.js';
import { makeServing } from '../agent/serving.js';
import type { Serving, ServingOptions } from '../agent/serving.js';
import { FolderLock } from '../folder/folder-lock.js';
import { HostError } from '../host-error.js';
import { requireEnvironment } from './dev-environment.js';
import { devLimits } from './dev-limits.js';
import { makeDevRelease } from './make-dev-release.js';
import { findPluginSources, isSource, isWebFile, readDescriptorFile } from './plugin-sources.js';
import type { WebSource } from './plugin-sources.js';
import { watchFolder } from './watch-folder.js';

export interface DevOptions extends ServingOptions {
  /** The Python that the environment is made with; `python3` unless said otherwise. */
  readonly python?: string;
  /** A virtual environment with the plugin's dependencies; without it one is made. */
  readonly venv?: string;
  /** What `connect` gets, over the descriptor's default_config. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Told what is to be installed from the index, which may take minutes. */
  readonly onInstall?: (dependencies: readonly string[]) => void;
  /** Told what is wrong with the descriptor, each time that it was read; empty when nothing is. */
  readonly onProblems?: (problems: readonly Problem[], text: string) => void;
}

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
    private readonly lock: FolderLock,
  ) {}

  /**
   * Serves the plugin of that folder. Resolves once it has been tried. Throws `no-descriptor`, `no-environment`, and
   * `folder-busy` where another one serves it: each would take away the environment that the other's back ends run in.
   */
  static async start(folder: string, options: DevOptions = {}): Promise<DevHost> {
    const place = resolve(folder);
    await readDescriptorFile(place);
    if (options.venv !== undefined) requireEnvironment(resolve(options.venv));
    const state = stateFolder(folder);
    await mkdir(join(state, 'run'), { recursive: true, mode: 0o700 });
    const lock = await FolderLock.take(join(state, 'lock'));
    try {
      return await DevHost.serve(place, options, state, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  private static async serve(
    place: string,
    options: DevOptions,
    state: string,
    lock: FolderLock,
  ): Promise<DevHost> {
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
      logs: (_, lines) => readLogLines(DevHost.logFolder(place), lines),
    });
    const host = new DevHost(place, address, serving, options, state, lock);
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

  /** `dev/name`, as far as it could be loaded. */
  get plugin(): string | undefined {
    return this.serving.served.routes.releases[0]?.release.plugin;
  }

  /** A link that lets a browser into the page that shows the plugin. */
  get link(): string {
    const { plugin } = this;
    return `${this.address}/${plugin ? `show/${plugin}` : ''}#key=${this.serving.tokens.page}`;
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.watcher?.close();
    clearTimeout(this.timer);
    await this.updating.catch(() => undefined);
    await this.serving.close();
    this.lock.release();
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
    const { served } = this.serving;
    const inUse = served.routes.releases.flatMap(({ release: { interfaces } }) =>
      interfaces.flatMap(({ backend }) => backend?.environmentFolder ?? []),
    );
    const { folder, state, options } = this;
    const { python = 'python3', venv, config, onInstall = () => undefined } = options;
    const release = await makeDevRelease(descriptor, sources, {
      folder,
      state,
      logs: DevHost.logFolder(folder),
      python,
      venv,
      config,
      inUse,
      onInstall,
      signal: this.stopping.signal,
    });
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
}

/** What is kept of a plugin's development from one time to the next. */
function stateFolder(folder: string): string {
  const key = sha256Hex(resolve(folder)).slice(0, 12);
  return join(homedir(), '.cache', 'mortise', 'dev', key);
}
