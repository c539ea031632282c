import { mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackendLimits } from './backend-limits.js';

/** Where the kernel lets this process make groups with limits of their own: one folder per controller. */
export interface CgroupRoot {
  readonly version: 1 | 2;
  /** v2: all the same folder. */
  readonly memory: string;
  readonly pids: string;
  readonly cpu: string;
}

/** What a group holds. */
type HeldLimits = Pick<BackendLimits, 'memoryBytes' | 'processes' | 'cpus'>;

const mount = '/sys/fs/cgroup';
const periodUs = 100_000;

/** Finds or makes the groups of this host; undefined where the machine doesn't let us (not root, read-only, absent). */
export function findCgroupRoot(name: string): CgroupRoot | undefined {
  try {
    return readText(join(mount, 'cgroup.controllers')) === undefined ? rootOfV1(name) : rootOfV2(name);
  } catch {
    return undefined;
  }
}

function rootOfV2(name: string): CgroupRoot | undefined {
  // A group with processes can't pass controllers on, so ours is made beside them, at the top of what we see.
  const folder = join(mount, name);
  const controllers = '+memory +pids +cpu';
  writeFileSync(join(mount, 'cgroup.subtree_control'), controllers);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'cgroup.subtree_control'), controllers);
  return { version: 2, memory: folder, pids: folder, cpu: folder };
}

function rootOfV1(name: string): CgroupRoot | undefined {
  const own = ownGroups('self');
  // Below our own group, so that what binds the agent binds its back ends.
  const folderOf = (controller: string): string => {
    const folder = join(mount, controller, own.get(controller) ?? '/', name);
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  return { version: 1, memory: folderOf('memory'), pids: folderOf('pids'), cpu: folderOf('cpu') };
}

/** Paths of a process's groups by controller; the one of v2 has no controller's name. */
function ownGroups(pid: number | 'self', root = '/'): ReadonlyMap<string, string> {
  const lines = (readText(join(root, 'proc', String(pid), 'cgroup')) ?? '').split('\n').filter(Boolean);
  return new Map(
    lines.flatMap((line) => {
      const [, controllers, path] = line.split(':');
      return (controllers ?? '').split(',').map((one): [string, string] => [one, path ?? '/']);
    }),
  );
}

/** One back end's group: the kernel holds its memory, processes and CPU, whatever it forks. */
export class Cgroup {
  private constructor(private readonly places: CgroupRoot) {}

  private static in(root: CgroupRoot, name: string): Cgroup {
    const { memory, pids, cpu, version } = root;
    return new Cgroup({ version, memory: join(memory, name), pids: join(pids, name), cpu: join(cpu, name) });
  }

  /**
   * The group that a process of somebody else's making is in, such as a container's; only to be read. `root`: below which
   * `proc` and `sys` lie.
   */
  static of(pid: number, root = '/'): Cgroup | undefined {
    const own = ownGroups(pid, root);
    const unified = own.get('');
    const seen = join(root, mount);
    const folder = (controller: string): string => join(seen, controller, own.get(controller) ?? '/');
    if (readText(join(seen, 'cgroup.controllers')) === undefined) {
      return own.has('memory')
        ? new Cgroup({ version: 1, memory: folder('memory'), pids: folder('pids'), cpu: folder('cpu') })
        : undefined;
    }
    if (unified === undefined || unified === '/') return undefined;
    const path = join(seen, unified);
    return new Cgroup({ version: 2, memory: path, pids: path, cpu: path });
  }

  /** Throws when a limit can't be set. */
  static make(root: CgroupRoot, name: string, limits: BackendLimits): Cgroup {
    const group = Cgroup.in(root, name);
    for (const folder of group.folders) mkdirSync(folder, { recursive: true });
    const quota = Math.max(1000, Math.round(limits.cpus * periodUs));
    group.set('pids', 'pids.max', String(limits.processes));
    if (root.version === 2) {
      group.set('memory', 'memory.max', String(limits.memoryBytes));
      group.trySet('memory', 'memory.swap.max', '0');
      group.trySet('memory', 'memory.oom.group', '1');
      group.set('cpu', 'cpu.max', `${quota} ${periodUs}`);
    } else {
      group.set('memory', 'memory.limit_in_bytes', String(limits.memoryBytes));
      group.trySet('memory', 'memory.memsw.limit_in_bytes', String(limits.memoryBytes));
      group.set('cpu', 'cpu.cfs_period_us', String(periodUs));
      group.set('cpu', 'cpu.cfs_quota_us', String(quota));
    }
    return group;
  }

  static names(root: CgroupRoot): readonly string[] {
    return readdirSync(root.pids, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  }

  static existing(root: CgroupRoot, name: string): Cgroup {
    return Cgroup.in(root, name);
  }

  add(pid: number): void {
    for (const folder of this.folders) writeFileSync(join(folder, 'cgroup.procs'), String(pid));
  }

  /** How often the kernel ended a process of it for want of memory. */
  get memoryKills(): number {
    const file = this.places.version === 2 ? 'memory.events' : 'memory.oom_control';
    const found = /^oom_kill (\d+)$/m.exec(readText(join(this.places.memory, file)) ?? '');
    return Number(found?.[1] ?? 0);
  }

  /** How often a process or thread more was refused. */
  get processRefusals(): number {
    const found = /^max (\d+)$/m.exec(readText(join(this.places.pids, 'pids.events')) ?? '');
    return Number(found?.[1] ?? 0);
  }

  /** Which of these limits nothing holds, neither it nor a group that it is in; undefined where that can't be seen. */
  unheld({ memoryBytes, processes, cpus }: HeldLimits): readonly string[] | undefined {
    const isV2 = this.places.version === 2;
    const memory = this.least('memory', (folder) =>
      readMost(join(folder, isV2 ? 'memory.max' : 'memory.limit_in_bytes')),
    );
    if (memory === undefined) return undefined;
    const pids = this.least('pids', (folder) => readMost(join(folder, 'pids.max'))) ?? Infinity;
    const cpu = this.least('cpu', isV2 ? coresOfV2 : coresOfV1) ?? Infinity;
    return [
      ...(memory > memoryBytes ? ['memory'] : []),
      ...(pids > processes ? ['processes'] : []),
      // A quota is a whole number of microseconds.
      ...(cpu > cpus + 0.01 ? ['CPU'] : []),
    ];
  }

  /** Engines set limits on the group of a container or on one above it (crun's is in a group of its own below). */
  private least(
    controller: 'memory' | 'pids' | 'cpu',
    read: (folder: string) => number | undefined,
  ): number | undefined {
    const found: number[] = [];
    for (let folder = this.places[controller]; !folder.endsWith(mount); folder = dirname(folder)) {
      const most = read(folder);
      if (most !== undefined) found.push(most);
      if (folder === dirname(folder)) break;
    }
    return found.length === 0 ? undefined : Math.min(...found);
  }

  /** Processes and threads that it has now. */
  get processes(): number {
    return Number(readText(join(this.places.pids, 'pids.current')) ?? 0);
  }

  /** Ends all that is in it, and removes it. False when something can't be ended. */
  async end(attempts: number): Promise<boolean> {
    // With no process more allowed, a fork bomb can't outrun being ended.
    this.trySet('pids', 'pids.max', '0');
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      this.trySet('pids', 'cgroup.kill', '1');
      const pids = this.processIds();
      for (const pid of pids) kill(pid);
      if (pids.length === 0 && this.remove()) return true;
      await sleep(Math.min(5 * (attempt + 1), 100));
    }
    return false;
  }

  processIds(): readonly number[] {
    const listed = this.folders.map((folder) => readText(join(folder, 'cgroup.procs')) ?? '').join('\n');
    return [...new Set(listed.split('\n').filter(Boolean).map(Number))];
  }

  private remove(): boolean {
    try {
      for (const folder of this.folders) {
        if (readText(join(folder, 'cgroup.procs')) !== undefined) rmdirSync(folder);
      }
      return true;
    } catch {
      return false;
    }
  }

  private get folders(): readonly string[] {
    const { memory, pids, cpu } = this.places;
    return [...new Set([memory, pids, cpu])];
  }

  private set(controller: 'memory' | 'pids' | 'cpu', file: string, value: string): void {
    writeFileSync(join(this.places[controller], file), value);
  }

  private trySet(controller: 'memory' | 'pids' | 'cpu', file: string, value: string): void {
    try {
      // Opened without creating: what the kernel doesn't have isn't there.
      writeFileSync(join(this.places[controller], file), value, { flag: 'r+' });
    } catch {
      // Swap accounting and the like are not everywhere; what must hold is set by `set`.
    }
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** A number, or `max` for none. */
function readMost(file: string): number | undefined {
  const text = readText(file)?.trim();
  if (text === undefined) return undefined;
  return text === 'max' ? Infinity : Number(text);
}

function coresOfV2(folder: string): number | undefined {
  const [quota, period] = (readText(join(folder, 'cpu.max')) ?? '').trim().split(' ');
  if (quota === undefined || quota === '') return undefined;
  return quota === 'max' ? Infinity : Number(quota) / Number(period);
}

function coresOfV1(folder: string): number | undefined {
  const quota = readMost(join(folder, 'cpu.cfs_quota_us'));
  if (quota === undefined) return undefined;
  return quota < 0 ? Infinity : quota / (readMost(join(folder, 'cpu.cfs_period_us')) ?? periodUs);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
