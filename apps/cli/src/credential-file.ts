import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FolderLock, HostError } from '#host';
import { CliFailure } from './cli-failure.js';

/** What is kept of a store that somebody signed in to. */
export interface StoreCredential {
  readonly token: string;
  /** Of the token, so that signing out can revoke it; null where it was brought along. */
  readonly tokenId: string | null;
  readonly username: string;
  readonly scopes: readonly string[];
  readonly expiresAt: string | null;
}

interface Kept {
  readonly last_store: string | null;
  readonly stores: Readonly<Record<string, StoreCredential>>;
}

const nothing: Kept = { last_store: null, stores: {} };
const largestBytes = 1024 * 1024;
const usualLockWaitMs = 10_000;

/**
 * `credentials.json` in the folder of the configuration, by store. Only its owner can read it: one that others can is
 * not used. Replaced whole, in one step, by one process at a time. Throws CliFailure where it can't be used, with what to do.
 */
export class CredentialFile {
  constructor(
    private readonly folder: string | undefined,
    private readonly lockWaitMs = usualLockWaitMs,
  ) {}

  async find(store: string): Promise<StoreCredential | undefined> {
    return (await this.read()).stores[store];
  }

  async lastStore(): Promise<string | undefined> {
    return (await this.read()).last_store ?? undefined;
  }

  async all(): Promise<Readonly<Record<string, StoreCredential>>> {
    return (await this.read()).stores;
  }

  /** Gives what was kept of the store until now. */
  async keep(store: string, credential: StoreCredential): Promise<StoreCredential | undefined> {
    const before = await this.change(({ stores }) => ({
      last_store: store,
      stores: { ...stores, [store]: credential },
    }));
    return before.stores[store];
  }

  async forget(store: string): Promise<void> {
    await this.change(({ last_store, stores }) => {
      const { [store]: _, ...others } = stores;
      return { last_store: last_store === store ? null : last_store, stores: others };
    });
  }

  /** Where it is; throws `no-config-folder` where there is no place for one. */
  get path(): string {
    if (this.folder !== undefined) return join(this.folder, 'credentials.json');
    throw new CliFailure(
      'no-config-folder',
      'There is no home folder to keep credentials in: set MORTISE_CLI_CONFIG to a folder, or act with MORTISE_CLI_TOKEN.',
      'usage',
    );
  }

  /** Fails before anything is asked of the store, where nothing could be kept afterwards. */
  async ensureWritable(): Promise<void> {
    await this.change((kept) => kept);
  }

  /** Read and replaced under a lock: of two sign-ins at once, neither loses what the other keeps. Gives what was read. */
  private async change(by: (kept: Kept) => Kept): Promise<Kept> {
    const lock = await this.lock();
    try {
      const before = await this.read();
      await this.replace(by(before));
      return before;
    } finally {
      lock.release();
    }
  }

  private async lock(): Promise<FolderLock> {
    const { path } = this;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      return await FolderLock.take(`${path}.lock`, { waitMs: this.lockWaitMs });
    } catch (error) {
      if (error instanceof HostError && error.code === 'folder-busy') throw this.busy(error);
      throw this.unwritable(error);
    }
  }

  private busy({ details }: HostError): CliFailure {
    return new CliFailure(
      'credentials-busy',
      `Another process (${String(details['process_id'])}) is at work on ${this.path}: let it finish, or end it, and do this again.`,
    );
  }

  private unwritable(error: unknown): CliFailure {
    return new CliFailure(
      'credentials-unwritable',
      `Credentials can't be kept in ${this.path} (${(error as NodeJS.ErrnoException).code ?? String(error)}): set MORTISE_CLI_CONFIG to a folder that can be written, or act with MORTISE_CLI_TOKEN.`,
      'refused',
      { cause: error },
    );
  }

  private async read(): Promise<Kept> {
    if (this.folder === undefined) return nothing;
    const found = await lstat(this.path).catch((error: unknown) => {
      if (isAbsent(error)) return undefined;
      throw error;
    });
    if (found === undefined) return nothing;
    this.refuseOpen(found);
    return this.parse(await readFile(this.path, 'utf8'));
  }

  private refuseOpen(found: Awaited<ReturnType<typeof lstat>>): void {
    const refuse = (what: string, remedy: string): never => {
      throw new CliFailure('credentials-open', `${this.path} ${what}: ${remedy}`, 'forbidden');
    };
    if (!found.isFile()) refuse('is not a plain file', 'remove it, and sign in again.');
    if (Number(found.size) > largestBytes)
      refuse('is too large for what it is', 'remove it, and sign in again.');
    const user = process.getuid?.();
    if (user === undefined) return;
    if (Number(found.uid) !== user) refuse('belongs to another user', 'remove it, and sign in again.');
    if ((Number(found.mode) & 0o077) !== 0) {
      refuse(
        'can be read by others',
        `what is in it may be known to them. Run \`chmod 600 ${this.path}\`, and sign in again where that matters.`,
      );
    }
  }

  private parse(text: string): Kept {
    try {
      const value = JSON.parse(text) as Partial<Kept> | null;
      if (typeof value?.stores === 'object')
        return { last_store: value.last_store ?? null, stores: value.stores };
    } catch {
      // told below
    }
    throw new CliFailure(
      'credentials-damaged',
      `${this.path} can't be read: remove it, and sign in again.`,
      'usage',
    );
  }

  private async replace(kept: Kept): Promise<void> {
    const { path } = this;
    const beside = `${path}.${randomUUID()}`;
    try {
      const file = await open(beside, 'wx', 0o600);
      try {
        await file.writeFile(`${JSON.stringify(kept, null, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await chmod(beside, 0o600);
      await rename(beside, path);
    } catch (error) {
      await rm(beside, { force: true }).catch(() => undefined);
      throw this.unwritable(error);
    }
  }
}

const isAbsent = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
