import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { limits } from '#kernel';
import { errorCode } from './storage-failure.js';

interface Owner {
  readonly host: string;
  readonly pid: number;
  readonly startedAt: string;
}

/**
 * A folder below `root` that only this process writes to. Its name says whose it is, so that the folders of
 * processes that died can be told from those of living ones, and the former are removed here.
 */
export async function openProcessFolder(root: string): Promise<string> {
  await mkdir(root, { recursive: true });
  await clearLeftovers(root);
  const host = hostname().replace(/[^A-Za-z0-9.-]/g, '-');
  const name = [host, process.pid, startOf(process.pid), randomBytes(6).toString('hex')].join('_');
  const folder = join(root, name);
  await mkdir(folder);
  return folder;
}

/**
 * Removes what processes that died have left below `root`; how many files it was. With `look` they stay. Of processes of
 * another machine nobody knows whether they live: theirs count when they were last touched before `before`.
 */
export async function clearLeftovers(
  root: string,
  before: number = Date.now() - limits.leftoverMs,
  look?: 'look',
): Promise<number> {
  let files = 0;
  for (const name of await readdir(root).catch(() => [])) {
    const folder = join(root, name);
    const owner = ownerOf(name);
    if (owner === undefined || !(await isLeftover(folder, owner, before))) continue;
    files += (await readdir(folder).catch(() => [])).length;
    if (look === undefined) await rm(folder, { recursive: true, force: true });
  }
  return files;
}

function ownerOf(name: string): Owner | undefined {
  const [host, pid, startedAt, chance] = name.split('_');
  if (host === undefined || startedAt === undefined || chance === undefined) return undefined;
  return /^\d+$/.test(pid ?? '') ? { host, pid: Number(pid), startedAt } : undefined;
}

async function isLeftover(folder: string, owner: Owner, before: number): Promise<boolean> {
  if (owner.host !== hostname().replace(/[^A-Za-z0-9.-]/g, '-')) {
    const changedAt = await stat(folder).then(
      (found) => found.mtimeMs,
      () => Infinity,
    );
    return changedAt < before;
  }
  return !isAlive(owner.pid) || startOf(owner.pid) !== owner.startedAt;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** When the process began, in the kernel's own count: a number that was used again is another process. */
function startOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return '0';
  }
}
