import type { Dir, Dirent } from 'node:fs';
import { lstat, opendir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../folder/write-durably.js';
import { hostLimits } from '../host-limits.js';
import type { EndingLimit } from './runner.js';

/** Looks how much a back end keeps on disk. No look waits for another, and a slow one makes the next come later. */
export class DiskWatch {
  private isOver = false;
  private isLooking = false;
  private nextAt = 0;

  /**
   * `folders`: all that it may write to; `processes`: the ids of its processes, whose open files count although they were
   * deleted.
   */
  constructor(
    private readonly folders: readonly string[],
    private readonly mostBytes: number,
    private readonly processes: () => readonly number[],
  ) {}

  /** As the last look found it; begins the next one when it is time. */
  look(): EndingLimit | undefined {
    if (!this.isLooking && performance.now() >= this.nextAt) void this.measure();
    return this.isOver ? 'disk' : undefined;
  }

  private async measure(): Promise<void> {
    this.isLooking = true;
    const began = performance.now();
    const room = await this.roomLeft().catch(() => 0);
    const tookMs = performance.now() - began;
    this.isOver = room < 0;
    this.nextAt = began + Math.max(hostLimits.diskLookMs, tookMs * hostLimits.diskLookPauses);
    this.isLooking = false;
  }

  /** Below zero as soon as that is known. */
  private async roomLeft(): Promise<number> {
    let room = this.mostBytes;
    for (const folder of this.folders) {
      room = await roomAfter(folder, room);
      if (room < 0) return room;
    }
    const devices = await Promise.all(this.folders.map((folder) => stat(folder).catch(() => undefined)));
    return room - (await deletedBytes(this.processes(), new Set(devices.map((one) => one?.dev))));
  }
}

/** What is left of `room` after all that lies in a folder, whoever makes or removes some of it meanwhile. */
async function roomAfter(root: string, room: number): Promise<number> {
  let left = room;
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined && left >= 0; folder = folders.pop()) {
    try {
      left = await roomIn(folder, left, folders);
    } catch (error) {
      // What can't be looked into would hide any amount: too deep for a path, or closed by whom it belongs to.
      if (['ENAMETOOLONG', 'EACCES', 'EPERM'].includes(errorCode(error) ?? '')) return -1;
    }
  }
  return left;
}

/** The same for what lies in it directly; the folders among that are added to `folders`. */
async function roomIn(folder: string, room: number, folders: string[]): Promise<number> {
  let left = room;
  for await (const entries of inBatches(await opendir(folder))) {
    const sizes = await Promise.all(entries.map((entry) => sizeOf(join(folder, entry.name))));
    left -= sizes.reduce((sum, size) => sum + size, 0);
    if (left < 0) return left;
    folders.push(...entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name)));
  }
  return left;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return Math.max((await lstat(path)).blocks * 512, hostLimits.diskEntryBytes);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return 0;
    throw error;
  }
}

async function* inBatches(folder: Dir): AsyncGenerator<readonly Dirent[]> {
  let batch: Dirent[] = [];
  for await (const entry of folder) {
    batch.push(entry);
    if (batch.length < hostLimits.diskBatch) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** Of files on these devices that are open and have no name any more. */
async function deletedBytes(
  processes: readonly number[],
  devices: ReadonlySet<number | undefined>,
): Promise<number> {
  const found = new Map<string, number>();
  for (const process of processes) {
    const folder = `/proc/${process}/fd`;
    for (const name of await readdir(folder).catch(() => [])) {
      const file = await stat(join(folder, name)).catch(() => undefined);
      if (file?.nlink === 0 && file.isFile() && devices.has(file.dev))
        found.set(`${file.dev} ${file.ino}`, file.blocks * 512);
    }
  }
  return [...found.values()].reduce((sum, bytes) => sum + bytes, 0);
}
