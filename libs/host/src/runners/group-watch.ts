import { hostLimits } from '../host-limits.js';
import type { Cgroup } from './cgroup.js';
import type { EndingLimit } from './runner.js';

/** Looks at a cgroup: the kernel holds its limits, and this notices when it had to. */
export class GroupWatch {
  private refusals = 0;
  private excess = 0;

  /** `most`: processes and threads that the group may have. */
  constructor(
    private readonly group: Cgroup,
    private readonly most: number,
  ) {}

  look(): EndingLimit | undefined {
    if (this.group.memoryKills > 0) return 'memory';
    const refusals = this.group.processRefusals;
    // A moment at the limit is a busy plugin; one that stays there, or goes on trying, is a fork bomb.
    // One less is full too: the thread of a call that timed out ends, and what it forked stays.
    const isFull = refusals > this.refusals || this.group.processes >= this.most - 1;
    this.refusals = refusals;
    this.excess = isFull ? this.excess + 1 : 0;
    return this.excess >= hostLimits.processLooks ? 'processes' : undefined;
  }

  explain(): EndingLimit | undefined {
    return this.group.memoryKills > 0 ? 'memory' : undefined;
  }
}
