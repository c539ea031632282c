import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errorCode } from './storage-failure.js';

/** No upload takes this long, so what another machine left longer ago is nobody's. */
const foreignLeftoverMs = 24 * 60 * 60 * 1000;

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
  await removeLeftovers(root);
  const host = hostname().replace(/[^A-Za-z0-9.-]/g, '-');
  const name = [host, process.pid, startOf(process.pid), randomBytes(6).toString('hex')].join('_');
  const folder = join(root, name);
  await mkdir(folder);
  return folder;
}

async function removeLeftovers(root: string): Promise<void> {
  for (const folder of await leftoversIn(root)) await rm(folder, { recursive: true, force: true });
}

async function leftoversIn(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(root)) {
    const owner = ownerOf(name);
    if (owner !== undefined && (await isLeftover(join(root, name), owner))) found.push(join(root, name));
  }
  return found;
}

/** How many files processes that died have left below `root`, which the next start clears away. */
export async function countLeftovers(root: string): Promise<number> {
  let files = 0;
  const folders = await leftoversIn(root).catch(() => []);
  for (const folder of folders) files += (await readdir(folder).catch(() => [])).length;
  return files;
}

function ownerOf(name: string): Owner | undefined {
  const [host, pid, startedAt, chance] = name.split('_');
  if (host === undefined || startedAt === undefined || chance === undefined) return undefined;
  return /^\d+$/.test(pid ?? '') ? { host, pid: Number(pid), startedAt } : undefined;
}

async function isLeftover(folder: string, owner: Owner): Promise<boolean> {
  if (owner.host !== hostname().replace(/[^A-Za-z0-9.-]/g, '-')) {
    const changedAt = await stat(folder).then(
      (found) => found.mtimeMs,
      () => Infinity,
    );
    return Date.now() - changedAt > foreignLeftoverMs;
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
