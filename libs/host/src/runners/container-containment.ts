import { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import type { BackendLimits } from './backend-limits.js';
import { Cgroup } from './cgroup.js';
import type { ContainerEngine } from './container-engine.js';
import { GroupWatch } from './group-watch.js';
import { holdSocket } from './held-socket.js';
import type { HeldSocket } from './held-socket.js';
import type { RunFolder } from './run-folder.js';
import type { EndingLimit } from './runner.js';
import type { Containment } from './supervised-backend.js';

/** What an engine says of a container that was ended by KILL. */
export const killed = 137;

/** Holds one container. */
export class ContainerContainment implements Containment {
  private group: Cgroup | undefined;
  private groupWatch: GroupWatch | undefined;
  private ended: Promise<void> | undefined;

  constructor(
    private readonly engine: ContainerEngine,
    private readonly name: string,
    private readonly folder: RunFolder,
    private readonly limits: BackendLimits,
  ) {}

  /** Engines run a container without a limit that their machine can't hold, and only warn. Throws `limit-unavailable`. */
  async check(): Promise<void> {
    const { stdout } = await this.engine.execute([
      'inspect',
      '--format={{.State.Pid}} {{.HostConfig.Memory}}',
      this.name,
    ]);
    const [pid = 0, memory = 0] = stdout.trim().split(' ').map(Number);
    this.group = pid > 0 ? Cgroup.of(pid) : undefined;
    const { group } = this;
    const processes = this.limits.processes + hostLimits.shimThreads;
    const seen = group?.unheld({ ...this.limits, processes });
    // In a virtual machine (Docker Desktop) the groups aren't ours to look at; the kernel holds them all the same.
    const unheld = seen ?? (memory > this.limits.memoryBytes || memory === 0 ? ['memory'] : []);
    if (unheld.length > 0)
      throw new HostError(
        'limit-unavailable',
        `The container engine does not hold limits on this machine (${unheld.join(', ')}), so the back end was not started. Run it as root, or with cgroups v2 delegated to its user.`,
      );
    if (group && seen) this.groupWatch = new GroupWatch(group, processes);
  }

  look(): EndingLimit | undefined {
    return this.groupWatch?.look();
  }

  async explain(code: number | null): Promise<EndingLimit | undefined> {
    const { stdout } = await this.engine
      .execute(['inspect', '--format={{.State.OOMKilled}}', this.name])
      .catch(() => ({ stdout: '' }));
    // Not every engine notices why. A first process can't kill itself, and what we kill is explained already.
    return stdout.trim() === 'true' || code === killed ? 'memory' : undefined;
  }

  processIds(): readonly number[] {
    return this.group?.processIds() ?? [];
  }

  terminate(): void {
    void this.engine.execute(['kill', '--signal=TERM', this.name]).catch(() => undefined);
  }

  end(): Promise<void> {
    this.ended ??= this.remove();
    return this.ended;
  }

  holdSocket(): HeldSocket | undefined {
    return holdSocket(this.folder.socket);
  }

  /** What can't be removed now is found by its label at the next start. */
  private async remove(): Promise<void> {
    await this.engine.execute(['kill', '--signal=KILL', this.name]).catch(() => undefined);
    await this.engine.execute(['rm', '--force', this.name]).catch(() => undefined);
  }
}
