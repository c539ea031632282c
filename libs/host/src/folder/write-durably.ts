import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HostError } from '../host-error.js';

export interface DurableOptions {
  /** Permissions; a file is its owner's alone unless told otherwise. */
  readonly mode?: number;
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** Replaces the file in one step that survives a loss of power: whoever reads finds the old bytes or the new ones. */
export async function writeDurably(
  path: string,
  bytes: string | Uint8Array,
  { mode = 0o600, owner }: DurableOptions = {},
): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.draft`;
  try {
    const handle = await open(draft, 'wx', mode);
    try {
      await handle.writeFile(bytes);
      await handle.chmod(mode);
      if (owner) await handle.chown(owner.uid, owner.gid);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw diskFailure(error);
  }
  await syncFolder(dirname(path));
}

/** Makes the names in a folder durable. Windows has no way to ask for it, and journals names itself. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A folder for its owner alone, with those above it. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw diskFailure(error);
  }
}

export const errorCode = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
};

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL']);
const closed = new Set(['EACCES', 'EPERM', 'EROFS']);

/** What a failed write is to the owner: a full or closed disk is a refusal, all else stays as it is. */
export function diskFailure(error: unknown): unknown {
  const code = errorCode(error) ?? '';
  const path = (error as { path?: string } | undefined)?.path ?? 'the folder';
  if (full.has(code))
    return new HostError(
      'disk-full',
      `There is no room left where the host's folder lies (${code}): free some and try again. Nothing was changed.`,
      { cause: error },
    );
  if (closed.has(code))
    return new HostError(
      'folder-closed',
      `This user may not write ${path} (${code}): run as the owner of the host's folder, or give it to this one.`,
      { cause: error },
    );
  return error;
}
