const KiB = 2 ** 10;
const MiB = 2 ** 20;

/** Every bound of the host side has its name here: of its waits, bodies, queues and of what a plugin may have. */
export const hostLimits = {
  /** What a back end gets that asks for nothing. */
  backendUsual: { memoryBytes: 512 * MiB, cpus: 1, processes: 64, callTimeoutMs: 30_000 },
  /** What a back end gets at most, whatever it asks for; host.json may say otherwise. */
  backendMost: { memoryBytes: 2048 * MiB, cpus: 4, processes: 512, callTimeoutMs: 600_000 },
  backendOpenFiles: 1024,

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
