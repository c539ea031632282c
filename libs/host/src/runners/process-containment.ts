import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostLimits } from '../host-limits.js';
import type { BackendLimits } from './backend-limits.js';
import type { Cgroup } from './cgroup.js';
import { GroupWatch } from './group-watch.js';
import { holdSocket } from './held-socket.js';
import type { HeldSocket } from './held-socket.js';
import { processesOf, proportionalBytes } from './process-table.js';
import type { ListedProcess } from './process-table.js';
import type { RunFolder } from './run-folder.js';
import type { EndingLimit } from './runner.js';
import type { Containment } from './supervised-backend.js';

/** Holds the processes of one back end: by its cgroup, and where there is none by looking at them. */
export class ProcessContainment implements Containment {
  private readonly groupWatch: GroupWatch | undefined;
  private processExcess = 0;
  private cpuExcess = 0;
  private cpuSeconds: number | undefined;
  private lookedAt = 0;

  constructor(
    private readonly child: ChildProcess,
    private readonly folder: RunFolder,
    private readonly limits: BackendLimits,
    private readonly group: Cgroup | undefined,
  ) {
    this.groupWatch = group && new GroupWatch(group, limits.processes + hostLimits.shimThreads);
  }

  look(): EndingLimit | undefined {
    return this.groupWatch
      ? this.groupWatch.look()
      : this.lookAtProcesses(this.processes(hostLimits.backendLookMs / 2));
  }

  async explain(): Promise<EndingLimit | undefined> {
    return this.groupWatch?.explain();
  }

  processIds(): readonly number[] {
    return this.group?.processIds() ?? this.processes(hostLimits.backendLookMs / 2).map(({ pid }) => pid);
  }

  terminate(): void {
    this.child.kill('SIGTERM');
  }

  async end(): Promise<void> {
    if (this.group) await this.group.end(hostLimits.backendKillAttempts);
    else await killAll(() => this.processes());
    this.child.kill('SIGKILL');
  }

  holdSocket(): HeldSocket | undefined {
    return holdSocket(this.folder.socket);
  }

  private lookAtProcesses(processes: readonly ListedProcess[]): EndingLimit | undefined {
    const sum = (figure: (one: ListedProcess) => number): number =>
      processes.reduce((total, one) => total + figure(one), 0);
    // Pages that forks share are counted once, which is costlier to ask for.
    const most = this.limits.memoryBytes;
    if (sum((one) => one.residentBytes) > most && sum(proportionalBytes) > most) return 'memory';
    const threads = this.limits.processes + hostLimits.shimThreads;
    this.processExcess = sum((one) => one.threads) >= threads ? this.processExcess + 1 : 0;
    if (this.processExcess >= hostLimits.processLooks) return 'processes';
    return this.lookAtCpu(sum((one) => one.cpuSeconds));
  }

  private lookAtCpu(cpuSeconds: number): EndingLimit | undefined {
    const now = performance.now();
    const cores = (cpuSeconds - (this.cpuSeconds ?? cpuSeconds)) / ((now - this.lookedAt) / 1000);
    this.cpuSeconds = cpuSeconds;
    this.lookedAt = now;
    this.cpuExcess = cores > this.limits.cpus * 1.1 ? this.cpuExcess + 1 : 0;
    return this.cpuExcess >= hostLimits.cpuLooks ? 'cpu' : undefined;
  }

  private processes(ageMs = 0): readonly ListedProcess[] {
    const { id: mark, user } = this.folder;
    return processesOf({ mark, session: this.child.pid, user }, ageMs);
  }
}

/** KILL until there are none, or they can't be killed. All are held first, so that none forks while the others are ended. */
export async function killAll(list: () => readonly ListedProcess[]): Promise<void> {
  for (let attempt = 0; attempt < hostLimits.backendKillAttempts; attempt += 1) {
    const processes = list();
    if (processes.length === 0) return;
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
      for (const { pid } of processes) signalTo(pid, signal);
    }
    await sleep(Math.min(5 * (attempt + 1), 100));
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}
