import { setTimeout as wait } from 'node:timers/promises';
import { Sqlite } from '#sqlite';
import type { SqliteDatabase } from '#sqlite';
import { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import { diskFailure, errorCode } from './write-durably.js';

export interface LockOptions {
  /** How long to wait for whoever has it; 0 doesn't wait. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
  /** Called once, when somebody else has it and it is going to be waited for. */
  readonly onWait?: (holder: number) => void;
}

/**
 * A lock of a host's folder. It is the operating system's, on a small SQLite file, so that it dies with its process and
 * is never stale (docs/adr/0009-locks-die-with-their-process.md); the file holds no data but the process id of whoever has it.
 */
export class FolderLock {
  private constructor(private readonly file: SqliteDatabase) {}

  /** Takes the lock at `path`. Throws `folder-busy` when another one still has it after `waitMs`. */
  static async take(path: string, { waitMs = 0, signal, onWait }: LockOptions = {}): Promise<FolderLock> {
    const end = performance.now() + waitMs;
    for (let isFirst = true; ; isFirst = false) {
      signal?.throwIfAborted();
      const got = tryLock(path);
      if (got instanceof FolderLock) return got;
      if (performance.now() >= end) throw folderBusy(path, got.holder);
      if (isFirst) onWait?.(got.holder);
      await wait(hostLimits.lockPollMs, undefined, { signal });
    }
  }

  /** The process that has the lock, if one has. */
  static holder(path: string): number | undefined {
    const holder = look(path, 0);
    // Who only looks, too, has it for a moment, and the id is then whose it was before.
    return holder === undefined || isAlive(holder) ? holder : look(path, hostLimits.agentLockMs);
  }

  static adopt(file: SqliteDatabase): FolderLock {
    return new FolderLock(file);
  }

  release(): void {
    this.file.close();
  }
}

/** Who still has the lock after `waitMs`. */
function look(path: string, waitMs: number): number | undefined {
  let file: SqliteDatabase | undefined;
  try {
    file = new Sqlite(path, { timeout: waitMs });
    // Who only looks writes nothing, so that a full disk hides no state.
    file.pragma('journal_mode = memory');
    file.exec('BEGIN IMMEDIATE');
    return undefined;
  } catch (error) {
    if (isBusy(error)) return holderOf(file);
    throw diskFailure(error);
  } finally {
    file?.close();
  }
}

/** False for one in another container too, whose ids are not this one's. */
function isAlive(id: number): boolean {
  try {
    return id !== 0 && process.kill(id, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

function tryLock(path: string): FolderLock | { readonly holder: number } {
  let file: SqliteDatabase | undefined;
  try {
    file = new Sqlite(path, { timeout: 0 });
    // What is in it may be lost at any time.
    file.pragma('synchronous = off');
    file.exec('BEGIN IMMEDIATE');
    file.pragma(`user_version = ${process.pid}`);
    file.exec('COMMIT');
    // A transaction that never ends holds the lock; what was committed stays readable meanwhile.
    file.exec('BEGIN IMMEDIATE');
    return FolderLock.adopt(file);
  } catch (error) {
    const holder = isBusy(error) ? holderOf(file) : undefined;
    file?.close();
    if (holder === undefined) throw diskFailure(error);
    return { holder };
  }
}

const isBusy = (error: unknown): boolean =>
  String((error as { code?: unknown } | undefined)?.code).startsWith('SQLITE_BUSY');

/** 0 where the holder is just writing its id: that there is one is all that matters. */
function holderOf(file: SqliteDatabase | undefined): number {
  try {
    return Number(file?.pragma('user_version', { simple: true }));
  } catch {
    return 0;
  }
}

const folderBusy = (path: string, holder: number): HostError =>
  new HostError(
    'folder-busy',
    `Another process${holder === 0 ? '' : ` (${holder})`} is at work in this folder: let it finish, or end it. (${path})`,
    { details: { process_id: holder } },
  );
