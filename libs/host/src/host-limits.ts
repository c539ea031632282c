import { runnerLimits } from './runners/runner-limits.js';

const KiB = 2 ** 10;
const MiB = 2 ** 20;

/** Every bound of the host side has its name here: of its waits, bodies, queues and of what a plugin may have. */
export const hostLimits = {
  ...runnerLimits,

  // the folder
  hostFileBytes: 1 * MiB,
  stateFileBytes: 64 * MiB,
  /** For another process to finish reading and writing state.json. */
  stateLockMs: 10_000,
  /** For another `mortise` to finish what it does to the folder. */
  operationsLockMs: 600_000,
  lockPollMs: 20,

  // names that become paths
  pathSegmentBytes: 200,
  pathBytes: 1 * KiB,
  versionCharacters: 128,
  npmNameCharacters: 214,
} as const;
