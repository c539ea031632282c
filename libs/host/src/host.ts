import { hostname } from 'node:os';
import { StoreProblem, StoreUnreachable } from '#client';
import type { StoreClient } from '#client';
import { isUuid } from '#kernel';
import { defaultSettings } from './folder/host-file.js';
import type { HostFile, HostSettings, PinnedKey } from './folder/host-file.js';
import { HostFolder } from './folder/host-folder.js';
import { severalInstalled } from './folder/host-state.js';
import type { HostState } from './folder/host-state.js';
import { HostError } from './host-error.js';
import { hostLimits } from './host-limits.js';
import { askStatus } from './install/ask-status.js';
import type { ToldStatus } from './install/ask-status.js';
import { PluginKeyChecks } from './install/plugin-key-checks.js';
import type { PluginKeyCheck } from './install/plugin-key-checks.js';
import { examineHost } from './install/doctor/examine-host.js';
import type { Finding } from './install/doctor/examine-host.js';
import { repairInstallation } from './install/repair-installation.js';
import { collectLeftovers } from './install/collect-leftovers.js';
import { followStore } from './install/follow-store.js';
import type { FollowResult } from './install/follow-store.js';
import type { HostWork, OperationOptions } from './install/host-work.js';
import { installArchive } from './install/install-archive.js';
import type { ArchiveOptions } from './install/install-archive.js';
import { installPlugin } from './install/install-plugin.js';
import type { InstallResult } from './install/install-plugin.js';
import { choosePins } from './install/manifest/pinned-keys.js';
import { parseWish, pluginOf, selectorOf } from './install/parse-wish.js';
import { rotateKey } from './install/plugin-keys.js';
import { ProcessEnvironmentBuilder } from './install/environment/process-environment-builder.js';
import { removePlugin } from './install/remove-plugin.js';
import { releaseBefore, rollBack } from './install/roll-back.js';
import { settlePending } from './install/settle-pending.js';
import { chosen, updatePlugins } from './install/update-plugins.js';
import type { UpdateResult } from './install/update-plugins.js';
import { ContainerEnvironmentBuilder } from './runners/container-environment-builder.js';
import { containerSettings } from './runners/container-settings.js';

export interface InstallOptions extends OperationOptions {
  /** Trust it less than the store does: no front-end code, and its back end in a container. */
  readonly trust?: 'untrusted';
  /** Take a release that was yanked, too. */
  readonly allowYanked?: boolean;
  /** Install it whatever it requires of its host. */
  readonly ignoreRequires?: boolean;
}

export interface RemoveOptions extends OperationOptions {
  /** Every installation of the plugin, where there are several. */
  readonly all?: boolean;
}

export interface UpdateOptions extends OperationOptions {
  /** How far this host trusts what is updated from now on; as before where it is left out. */
  readonly trust?: 'trusted' | 'untrusted';
  /** Take a release that is named whatever it requires of its host. */
  readonly ignoreRequires?: boolean;
}

/**
 * A host: what it has of plugins, and all that changes it. Any Node program embeds it; `mortise` on the command line is one.
 *
 * Every operation takes the folder's lock (another process's is waited for), first brings store and folder to agree on what
 * an earlier one left unfinished, can be aborted by its `signal`, and tells its progress. Killed at any moment, the folder
 * is as it was before or as it should be after. Refusals are HostError, StoreProblem and StoreUnreachable.
 */
export class Host {
  private readonly processBuilder: ProcessEnvironmentBuilder;
  private readonly keyChecks: PluginKeyChecks;

  private constructor(
    readonly folder: HostFolder,
    private readonly store: StoreClient,
    private readonly settings: HostSettings,
  ) {
    this.processBuilder = new ProcessEnvironmentBuilder(settings);
    this.keyChecks = new PluginKeyChecks(store);
  }

  /** Opens the folder that `mortise init` made. Throws `no-host-folder`, `invalid-host-file`, `no-host-key`. */
  static async open(path: string): Promise<Host> {
    const folder = await HostFolder.open(path);
    const [{ settings }, store] = await Promise.all([folder.readHost(), folder.openStore('mortise-host')]);
    return new Host(folder, store, settings);
  }

  /**
   * Installs what `wish` names: `publisher/plugin`, `…@1.2.0`, `…@^1.2`, `…@beta`, or the address of its manifest on this
   * host's store. Where an agent runs, it has switched (or refused) when this resolves.
   */
  async install(wish: string, options: InstallOptions = {}): Promise<InstallResult> {
    const parsed = parseWish(wish, this.store.address);
    const { trust = parsed.trust, allowYanked = false, ignoreRequires = false } = options;
    const wanted = { ...parsed, trust, allowYanked, ignoreRequires };
    return this.operate(options, (work) => installPlugin(work, wanted));
  }

  /** Installs from an archive that `mortise export` made; needs no store but for what a plugin needs beside itself. */
  installArchive(
    path: string,
    options: OperationOptions & Partial<ArchiveOptions> = {},
  ): Promise<InstallResult> {
    const asked = { allowExpired: false, allowYanked: false, ignoreRequires: false, ...options };
    return this.operate(options, (work) => installArchive(work, path, asked));
  }

  /** Brings all plugins (or the one that is named, as in `install`, or by an installation's id) to what they follow. */
  async update(wish?: string, options: UpdateOptions = {}): Promise<readonly UpdateResult[]> {
    const at = wish?.lastIndexOf('@') ?? -1;
    const named = at > 0 ? wish?.slice(0, at) : wish;
    const plugin = named === undefined || isUuid(named) ? named : pluginOf(named);
    const selector = wish !== undefined && at > 0 ? selectorOf(wish.slice(at + 1)) : undefined;
    const { trust, ignoreRequires = false } = options;
    return this.operate(options, (work) =>
      updatePlugins(work, {
        ...(plugin !== undefined && { plugin }),
        ...(selector && { selector }),
        ...(trust && { trust }),
        ignoreRequires,
      }),
    );
  }

  /** Takes a plugin back to the release that served before; works without the store. */
  rollback(which: string, options: OperationOptions = {}): Promise<readonly UpdateResult[]> {
    return this.operate(options, async (work) => {
      const results: UpdateResult[] = [];
      const all = chosen(await this.folder.readState(), which);
      const able = all.filter((one) => releaseBefore(one) !== null);
      for (const one of able.length > 0 ? able : all) results.push(await rollBack(work, one));
      return results;
    });
  }

  /**
   * Removes a plugin, or the installation of that id; its keys end. Returns the ids. Throws `several-installed` where a
   * plugin is here more than once, unless `all` of them are meant.
   */
  remove(which: string, options: RemoveOptions = {}): Promise<readonly string[]> {
    return this.operate(options, async (work) => {
      const gone = chosen(await this.folder.readState(), which);
      const otherwise = ', or with its version behind it, or say that all are meant (`--all`)';
      if (gone.length > 1 && options.all !== true) throw severalInstalled(which, gone, otherwise);
      for (const one of gone) await removePlugin(work, one, false);
      await settlePending(work).catch(ignoreStore);
      if (!this.folder.hasAgent()) await collectLeftovers(this.folder);
      return gone.map(({ id }) => id);
    });
  }

  /** What there is, without asking the store. */
  state(): Promise<HostState> {
    return this.folder.readState();
  }

  /** What the agent that runs here says of its plugins; undefined where none does. Throws `agent-silent`. */
  agentStatus(): Promise<ToldStatus | undefined> {
    return askStatus(this.folder);
  }

  /** Looks at all that the host needs; changes nothing. */
  async examine(): Promise<readonly Finding[]> {
    const { folder, store, processBuilder: builder } = this;
    return examineHost({ folder, store, builder, host: await folder.readHost() });
  }

  /** Builds again, from the store, what is damaged of a plugin, or of all; what serves goes on until the switch. */
  repair(which?: string, options: OperationOptions = {}): Promise<readonly UpdateResult[]> {
    return this.operate(options, async (work) => {
      const results: UpdateResult[] = [];
      for (const one of chosen(await this.folder.readState(), which))
        results.push(...(await repairInstallation(work, one)));
      return results;
    });
  }

  /**
   * Believes in these keys of the store too, or `only` in them: they have to be among those that it shows. Returns the
   * fingerprints of all that hold. Throws `store-key-mismatch`.
   */
  async pin(
    fingerprints: readonly string[],
    { only = false, ...options }: OperationOptions & { readonly only?: boolean } = {},
  ): Promise<readonly string[]> {
    return this.operate(options, async ({ signal }) => {
      const { keys: shown } = await this.store.call('keysKeySet', {}, { signal });
      const wanted = choosePins(shown, fingerprints, this.store.address);
      const host = await this.folder.readHost();
      const others = only ? [] : host.store.keys.filter(({ kid }) => !fingerprints.includes(kid));
      const keys = [...others, ...wanted];
      await this.folder.writeHost({ ...host, store: { ...host.store, keys } });
      return keys.map(({ kid }) => kid);
    });
  }

  /** A new key for each of a plugin's installations on this machine, while it runs. */
  rotateKeys(which: string, options: OperationOptions = {}): Promise<readonly string[]> {
    return this.operate(options, async (work) => {
      const all = chosen(await this.folder.readState(), which);
      for (const { id } of all) await rotateKey(work, id);
      return all.map(({ id }) => id);
    });
  }

  /** Follows the store's list of what this host has; see `followStore`. The agent's part; it then switches. */
  follow(etag?: string, options: OperationOptions = {}): Promise<FollowResult> {
    return this.operate(options, (work) => followStore(work, etag), 'agent');
  }

  /**
   * Finishes or takes back what was interrupted, tells the store what it has not heard, and deletes what is left over.
   * `inUse`: folders of releases that still run. False where the store is away, or another operation runs: later, then.
   */
  async tidy(inUse: readonly string[], options: OperationOptions = {}): Promise<boolean> {
    const lock = await this.folder.lock('operations').catch(ignoreBusy);
    if (!lock) return false;
    try {
      const isSettled = await settlePending(await this.work(options)).then(() => true, ignoreStore);
      await collectLeftovers(this.folder, inUse);
      return isSettled ?? false;
    } finally {
      lock.release();
    }
  }

  /** What a key is worth that a caller of the host's own API shows; asks the store at most once a second. */
  checkPluginKey(token: string): Promise<PluginKeyCheck> {
    return this.keyChecks.check(token);
  }

  /** Under the lock, with what is unfinished settled first and what is left over collected. */
  private async operate<Result>(
    options: OperationOptions,
    run: (work: HostWork) => Promise<Result>,
    by: 'anybody' | 'agent' = 'anybody',
  ): Promise<Result> {
    const work = await this.work(options);
    const lock = await this.folder.lock('operations', {
      waitMs: hostLimits.operationsLockMs,
      signal: work.signal,
      onWait: (holder) => work.tell({ step: 'wait', what: `for process ${holder}` }),
    });
    try {
      await settlePending(work).catch(ignoreStore);
      if (by === 'anybody' && !this.folder.hasAgent()) await collectLeftovers(this.folder);
      return await run(work);
    } finally {
      lock.release();
    }
  }

  private async work({ signal, onProgress }: OperationOptions): Promise<HostWork> {
    return {
      folder: this.folder,
      store: this.store,
      processBuilder: this.processBuilder,
      containerBuilder: new ContainerEnvironmentBuilder(containerSettings(this.settings)),
      signal: signal ?? new AbortController().signal,
      tell: onProgress ?? (() => undefined),
    };
  }
}

const ignoreBusy = (error: unknown): undefined => {
  if (!(error instanceof HostError && error.code === 'folder-busy')) throw error;
};

/** What the store must hear waits until it listens; operations that need it say so themselves. */
const ignoreStore = (error: unknown): undefined => {
  if (!(error instanceof StoreUnreachable || error instanceof StoreProblem)) throw error;
};

/** What a host's folder is made with. */
export interface NewHost {
  /** The store's address, without a slash at the end. */
  readonly store: string;
  /** What signs a manifest has to be one of these. */
  readonly keys: readonly PinnedKey[];
  readonly host: HostFile['host'];
  /** `mrt_host_…`, with the scopes `install`, `introspect` and `report`. */
  readonly hostKey: string;
  /** Where they are to differ from `defaultSettings`. */
  readonly settings?: Partial<HostSettings>;
}

/** Makes the folder of a host that the store knows; see `mortise init`. Throws `host-folder-exists`. */
export async function createHost(path: string, made: NewHost): Promise<Host> {
  const file: HostFile = {
    schema_version: 1,
    store: { address: made.store, keys: made.keys },
    host: made.host,
    machine: hostname().slice(0, hostLimits.machineNameCharacters) || 'machine',
    settings: { ...defaultSettings, ...made.settings },
  };
  await HostFolder.create(path, file, made.hostKey);
  return Host.open(path);
}
