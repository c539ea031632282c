import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { sha256Hex } from '#kernel';
import { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import { removeTree } from '../machine/remove-tree.js';
import { runProgram } from '../machine/run-program.js';
import { backendUser } from './backend-user.js';
import { Cgroup, findCgroupRoot } from './cgroup.js';
import type { CgroupRoot } from './cgroup.js';
import { ProcessContainment, killAll } from './process-containment.js';
import { processesOf } from './process-table.js';
import { RunFolder } from './run-folder.js';
import { Runner } from './runner.js';
import type { BackendToRun, RunningBackend } from './runner.js';
import { shimFolder, shimSettings } from './shim-settings.js';
import { SupervisedBackend } from './supervised-backend.js';

export interface ProcessRunnerOptions {
  /** The Python that prepares a back end's place, before any file of a plugin is read. `python3` of the PATH. */
  readonly python?: string;
  /** `off`: limits are held by the process's own, and by looking. `auto`: by cgroups where this process may make them. */
  readonly cgroups?: 'auto' | 'off';
  /** Variables that back ends are handed beside their own few, e.g. a proxy's address. */
  readonly environment?: Readonly<Record<string, string>>;
}

const cannotContain = 4;

/**
 * Runs back ends as processes of this machine: each in a session of its own, with a clean environment, as a user of its own
 * (where the agent is root) or in a user namespace of its own (where it isn't), and held to its limits by cgroups or by
 * the process's own limits. Linux only.
 */
export class ProcessRunner extends Runner {
  readonly kind = 'process';
  private readonly python: string;
  private readonly cgroups = new Map<string, CgroupRoot | undefined>();

  constructor(private readonly options: ProcessRunnerOptions = {}) {
    super();
    this.python = options.python ?? 'python3';
  }

  async start(backend: BackendToRun, signal: AbortSignal): Promise<RunningBackend> {
    signal.throwIfAborted();
    const python = await this.checkedPython(signal);
    const user = this.userFor(backend);
    const folder = new RunFolder(backend, user);
    const group = this.groupFor(backend, folder.id);
    const child = spawn(python, ['-I', '-S', join(shimFolder, 'mortise_shim', 'launch.py')], {
      detached: true,
      stdio: 'pipe',
      // Known by its mark from the beginning, so that no sibling takes it for a stray of its user.
      env: { MORTISE_RUN: folder.id },
      cwd: '/',
    });
    const containment = new ProcessContainment(child, folder, backend.limits, group);
    const running = new SupervisedBackend(child, backend, folder, containment);
    try {
      // It waits for its orders, so that nothing of it runs outside of its group.
      if (child.pid !== undefined) group?.add(child.pid);
      this.order(child, backend, folder, user, group !== undefined);
      return await running.ready(signal);
    } catch (error) {
      await running.stop(0);
      if ((await running.ended).code === cannotContain) throw this.unavailable(String(error));
      throw error;
    }
  }

  async removeLeftovers(runFolder: string): Promise<void> {
    if (!existsSync(runFolder)) return;
    const root = this.cgroupRoot(runFolder);
    for (const name of root ? Cgroup.names(root) : []) {
      if (root) await Cgroup.existing(root, name).end(hostLimits.backendKillAttempts);
    }
    for (const name of readdirSync(runFolder).filter((one) => /^b-[0-9a-f]{16}$/.test(one))) {
      const user = strangerOf(join(runFolder, name, 'own'));
      await killAll(() => processesOf({ mark: name.slice(2), user }));
      await removeTree(join(runFolder, name));
    }
  }

  private order(
    child: ChildProcess,
    backend: BackendToRun,
    folder: RunFolder,
    user: number | undefined,
    grouped: boolean,
  ): void {
    const { limits } = backend;
    const python = join(backend.environmentFolder, 'bin', 'python');
    const needed = [
      prefixOf(python),
      shimFolder,
      backend.environmentFolder,
      backend.cacheFolder,
      folder.path,
    ].map((path) => resolve(path));
    const closed = user === undefined ? [] : closedFolders(needed);
    const orders = {
      command: [
        python,
        // Alone with its environment; unbuffered, so that its last words are heard; no bytecode beside the files.
        '-IuB',
        join(shimFolder, 'mortise_shim', 'serve.py'),
        JSON.stringify(shimSettings(backend, folder)),
      ],
      environment: this.environmentFor(backend, folder),
      folder: folder.own,
      user: user ?? null,
      group: user ?? null,
      namespaces: user === undefined,
      expose:
        closed.length === 0
          ? null
          : { closed, needed: needed.filter((path) => closed.some((one) => isBelow(path, one))) },
      limits: {
        CORE: 0,
        NOFILE: limits.openFiles,
        FSIZE: hostLimits.backendFileBytes,
        ...(grouped
          ? {}
          : {
              NPROC: limits.processes + hostLimits.shimThreads,
              DATA: limits.memoryBytes + hostLimits.backendReservedBytes,
            }),
      },
    };
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(`${JSON.stringify(orders)}\n`);
  }

  private environmentFor(backend: BackendToRun, folder: RunFolder): Readonly<Record<string, string>> {
    return {
      ...this.options.environment,
      PATH: `${join(backend.environmentFolder, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
      HOME: backend.cacheFolder,
      LANG: 'C.UTF-8',
      TMPDIR: folder.temporary,
      VIRTUAL_ENV: backend.environmentFolder,
      PYTHONDONTWRITEBYTECODE: '1',
      MORTISE_RUN: folder.id,
    };
  }

  private userFor(backend: BackendToRun): number | undefined {
    mkdirSync(backend.cacheFolder, { recursive: true });
    if (process.getuid?.() !== 0) return undefined;
    try {
      return backendUser(backend.cacheFolder);
    } catch (error) {
      throw this.unavailable(`a user of its own: ${String(error)}`);
    }
  }

  private groupFor(backend: BackendToRun, name: string): Cgroup | undefined {
    const root = this.cgroupRoot(backend.runFolder);
    const limits = { ...backend.limits, processes: backend.limits.processes + hostLimits.shimThreads };
    if (!root) return undefined;
    try {
      return Cgroup.make(root, name, limits);
    } catch {
      // Such as a machine that lets us make groups and not set what they hold.
      return undefined;
    }
  }

  /** The groups of one host: two hosts on one machine never end each other's back ends. */
  private cgroupRoot(runFolder: string): CgroupRoot | undefined {
    if (this.options.cgroups === 'off') return undefined;
    const name = `mortise-${sha256Hex(resolve(runFolder)).slice(0, 12)}`;
    if (!this.cgroups.has(name)) this.cgroups.set(name, findCgroupRoot(name));
    return this.cgroups.get(name);
  }

  private async checkedPython(signal: AbortSignal): Promise<string> {
    if (process.platform !== 'linux') throw this.unavailable(`this is ${process.platform}, not Linux`);
    const found = await runProgram({
      command: this.python,
      args: ['-I', '-S', '-c', 'import sys; print(sys.executable)'],
      timeoutMs: hostLimits.pythonAskMs,
      signal,
    }).catch(() => undefined);
    signal.throwIfAborted();
    if (found?.code === 0) return found.stdout.trim();
    throw new HostError(
      'python-missing',
      `Back ends need Python 3.8 or newer, and ${this.python} doesn't run: install it, or name it in the host's settings.`,
    );
  }

  private unavailable(what: string): HostError {
    return new HostError(
      'limit-unavailable',
      `This machine can't hold a process to its limits (${what}), so the back end was not started. Run the agent as root, allow user namespaces, or run back ends in containers.`,
    );
  }
}

/** The installation of Python that a virtual environment's interpreter comes from. */
const prefixOf = (python: string): string =>
  existsSync(python) ? dirname(dirname(realpathSync(python))) : python;

/** The owner of a folder where that is neither root nor who runs this. */
function strangerOf(folder: string): number | undefined {
  const owner = statSync(folder, { throwIfNoEntry: false })?.uid ?? 0;
  return owner === 0 || owner === process.getuid?.() ? undefined : owner;
}

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** The outermost folders on the way to `paths` that another user may not enter. */
function closedFolders(paths: readonly string[]): readonly string[] {
  const closed = new Set<string>();
  for (const path of paths) {
    const parts = path.split('/').slice(1, -1);
    const ancestors = parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
    const first = ancestors.find((folder) => (statSync(folder).mode & 0o001) === 0);
    if (first !== undefined) closed.add(first);
  }
  return [...closed].filter(
    (folder) => ![...closed].some((other) => other !== folder && isBelow(folder, other)),
  );
}
