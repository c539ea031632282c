import { randomUUID } from 'node:crypto';
import { chmod, open, readFile, rm, rmdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { sha256Hex } from '#kernel';
import { StoreClient } from '#client';
import { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import type { Manifest } from '../install/manifest/manifest.js';
import { checkUuid } from './checked-name.js';
import { FolderLock } from './folder-lock.js';
import type { LockOptions } from './folder-lock.js';
import { parseHostFile } from './host-file.js';
import type { HostFile } from './host-file.js';
import { HostPaths } from './host-paths.js';
import { emptyState } from './host-state.js';
import type { HostState, InstalledRelease } from './host-state.js';
import { errorCode, makeFolder, writeDurably } from './write-durably.js';

/**
 * The folder of a host: what it has, and nothing else decides what serves. Everything in it is its owner's alone. What
 * `state.json` names is whole; what it does not name is left over from something that was interrupted.
 */
export class HostFolder {
  readonly paths: HostPaths;

  private constructor(root: string) {
    this.paths = new HostPaths(root);
  }

  /** Opens the folder that `mortise init` made. Throws `no-host-folder`, `invalid-host-file`. */
  static async open(path: string): Promise<HostFolder> {
    const folder = new HostFolder(resolve(path));
    await folder.readHost();
    await makeFolder(folder.paths.runFolder);
    return folder;
  }

  /** Throws `host-folder-exists`. */
  static async refuseExisting(path: string): Promise<void> {
    const { root, hostFile } = new HostPaths(resolve(path));
    if (await exists(hostFile))
      throw new HostError(
        'host-folder-exists',
        `${root} is a host's folder already: use it, or choose another with --folder.`,
      );
  }

  /** Of two that make a host for one folder, the second would end the key of the first: it waits, and finds the folder made. */
  static async lockNew(path: string, options: LockOptions): Promise<FolderLock> {
    const folder = new HostFolder(resolve(path));
    await makeFolder(folder.paths.runFolder);
    return folder.lock('operations', { waitMs: hostLimits.operationsLockMs, ...options });
  }

  /**
   * The id of the host that is being made for this folder: the same each time until the folder is a host's, so that
   * whoever comes after a crash finds at the store what was made there.
   */
  static async begin(path: string): Promise<string> {
    const { begunHost } = new HostPaths(resolve(path));
    const begun = await readBounded(begunHost, hostLimits.hostFileBytes);
    if (begun !== undefined) return checkUuid(begun.trim());
    const id = randomUUID();
    await writeDurably(begunHost, `${id}\n`);
    return id;
  }

  /** The host of that id is none that can be had: another is made for this folder. */
  static async abandon(path: string): Promise<void> {
    await rm(new HostPaths(resolve(path)).begunHost, { force: true });
  }

  /** Leaves nothing behind of a folder that no host was begun for. To be called by who has its lock. */
  static async removeUnmade(path: string): Promise<void> {
    const paths = new HostPaths(resolve(path));
    if ((await exists(paths.hostFile)) || (await exists(paths.begunHost))) return;
    await rm(paths.lock('operations'), { force: true });
    // Somebody's own files may lie there too.
    for (const folder of [paths.runFolder, paths.root]) await rmdir(folder).catch(() => undefined);
  }

  /** Makes a folder. Throws `host-folder-exists` where one is already. */
  static async create(path: string, host: HostFile, hostKey: string): Promise<HostFolder> {
    await HostFolder.refuseExisting(path);
    const folder = new HostFolder(resolve(path));
    const { paths } = folder;
    await makeFolder(paths.root);
    await chmod(paths.root, 0o700);
    const below = [paths.releases, paths.webRoot, paths.keys, paths.incoming, paths.runFolder];
    for (const one of [...below, paths.dataRoot, paths.logsRoot]) await makeFolder(one);
    await writeDurably(paths.hostKey, `${hostKey}\n`);
    await writeDurably(paths.state, textOf(emptyState));
    // With it the folder is a host's.
    await folder.writeHost(host);
    await HostFolder.abandon(path);
    return folder;
  }

  async readHost(): Promise<HostFile> {
    const text = await readBounded(this.paths.hostFile, hostLimits.hostFileBytes);
    if (text === undefined)
      throw new HostError(
        'no-host-folder',
        `${this.paths.root} is no host's folder: make one with \`mortise init\`, or say where yours is with --folder.`,
      );
    return parseHostFile(text, this.paths.hostFile);
  }

  writeHost(host: HostFile): Promise<void> {
    return writeDurably(this.paths.hostFile, textOf(host));
  }

  async readHostKey(): Promise<string> {
    const key = (await readBounded(this.paths.hostKey, hostLimits.hostFileBytes))?.trim();
    if (key) return key;
    throw new HostError(
      'no-host-key',
      `${this.paths.hostKey} is missing or empty: put the host's key there, readable by its owner alone.`,
    );
  }

  /** The store, as this host. Throws `no-host-key`; it `host-key-refused` where the store does not know the key. */
  async openStore(userAgent: string): Promise<StoreClient> {
    const [{ store, host }, credential] = await Promise.all([this.readHost(), this.readHostKey()]);
    const { address } = store;
    const detail = `${address} does not know this host's key, which lies in ${this.paths.hostKey}. Put a new one there (\`POST /api/v1/hosts/${host.id ?? '{id}'}/keys\` makes it, as who made the host); where the store is a new one, make this machine a host of it in another folder: \`mortise init --folder ANOTHER\`.`;
    const refusedCredential = { code: 'host-key-refused', detail };
    return new StoreClient({ address, credential, userAgent, refusedCredential });
  }

  /** What the folder has at this moment, without waiting for anybody. */
  async readState(): Promise<HostState> {
    const text = await readBounded(this.paths.state, hostLimits.stateFileBytes);
    const state = text === undefined ? null : parseState(text);
    if (state?.schema_version === 1) return state;
    // Taken for nothing, everything that the folder has would be left over, and deleted.
    const why =
      text === undefined ? 'is missing' : "can't be read: it is damaged, or written by a newer mortise";
    throw new HostError(
      'invalid-state',
      `${this.paths.state} ${why}. Put it back from a backup, or make another folder with \`mortise init\` and install again there.`,
    );
  }

  /**
   * Replaces the state by what `change` makes of it, in one step; other processes' changes happen before or after. Where
   * `change` gives the same object back nothing is written. Returns the state that then holds.
   */
  async changeState(change: (state: HostState) => HostState): Promise<HostState> {
    const lock = await this.lock('state', { waitMs: hostLimits.stateLockMs });
    try {
      const before = await this.readState();
      const after = change(before);
      if (after !== before) await writeDurably(this.paths.state, textOf(after));
      return after;
    } finally {
      lock.release();
    }
  }

  /** `agent`: the one that runs plugins here. `operations`: whoever installs, updates, removes. Throws `folder-busy`. */
  lock(name: 'agent' | 'operations' | 'state', options?: LockOptions): Promise<FolderLock> {
    // Who looks whether an agent runs has its lock for a moment.
    const patience = name === 'agent' ? { waitMs: hostLimits.agentLockMs } : {};
    return FolderLock.take(this.paths.lock(name), { ...patience, ...options });
  }

  /** Whether an agent runs on this folder. */
  hasAgent(): boolean {
    return this.agentProcess() !== undefined;
  }

  /** The process id of the agent that runs on this folder; undefined where none does, 0 where it begins just now. */
  agentProcess(): number | undefined {
    return FolderLock.holder(this.paths.lock('agent'));
  }

  /** The manifest of what is installed, which was verified when it came. Throws `release-damaged`. */
  async readManifest(release: InstalledRelease): Promise<Manifest> {
    const path = this.paths.manifest(release);
    const text = await readBounded(path, hostLimits.stateFileBytes);
    if (text === undefined || sha256Hex(text) !== release.manifest_sha256)
      throw new HostError(
        'release-damaged',
        `${path} is missing or not what was installed: install ${release.version} again.`,
      );
    return JSON.parse(text) as Manifest;
  }
}

const textOf = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function parseState(text: string): HostState | null {
  try {
    return JSON.parse(text) as HostState | null;
  } catch {
    return null;
  }
}

const exists = async (path: string): Promise<boolean> => (await readBounded(path, Infinity)) !== undefined;

/** Undefined where there is no such file. */
async function readBounded(path: string, limitBytes: number): Promise<string | undefined> {
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      if (size > limitBytes)
        throw new HostError('file-too-large', `${path} has ${size} bytes: that is not ours.`);
      return await readFile(handle, 'utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
