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
  /** What a plugin has written stays for so long after another than this machine's owner removed it. */
  dataKeptMs: 30 * 24 * 3_600_000,
  /** For somebody to look whether an agent runs. */
  agentLockMs: 250,
  lockPollMs: 20,
  /** For an agent that is starting to say where it listens. */
  agentStartMs: 10_000,

  // names that become paths
  pathSegmentBytes: 200,
  pathBytes: 1 * KiB,
  versionCharacters: 128,
  npmNameCharacters: 214,

  // programs that build: Python, pip, uv
  programMs: 900_000,
  /** For a Python to say where it is. */
  pythonAskMs: 10_000,
  programOutputBytes: 64 * MiB,
  toldOutputCharacters: 2_000,
  toldOutputLines: 6,

  // what a store sends
  manifestBytes: 16 * MiB,
  lockBytes: 16 * MiB,
  artifactBytes: 2048 * MiB,
  packagesOfRelease: 2_000,
  frontendFiles: 50_000,
  frontendBytes: 1024 * MiB,
  metadataBytes: 4 * MiB,
  /** Of all that is in an sdist. */
  sdistBytes: 1024 * MiB,
  /** That an sdist is built with, and how long one may be. */
  buildRequirements: 200,
  requirementCharacters: 1000,
  downloadsAtOnce: 6,
  /** For taking back at the store what could not be installed; the next start does the rest. */
  takeBackMs: 10_000,

  // keys
  /** A new key of the store is announced this long before it signs (docs/adr/0021-what-a-pin-means-when-keys-rotate.md). */
  keyAnnouncedMs: 86_400_000,
  pinnedKeys: 100,
  /** How far the host's clock may be behind the store's. */
  clockSkewMs: 300_000,
  /** An answer about a plugin key is relied upon this long, from when the store was asked. */
  keyCheckMs: 1_000,
  keyChecksKept: 10_000,
  /** Replaced plugin keys live on this long, for calls that are under way. */
  keyOverlapSeconds: 60,

  machineNameCharacters: 100,
  /** Below this much room `mortise doctor` warns. */
  freeBytes: 512 * MiB,

  // reports
  reportCharacters: 4_000,
  reportMs: 5_000,
  /** For the store to say whether what is kept here may serve again; then it may. */
  askBeforeRollbackMs: 5_000,

  // the agent's control door
  switchMs: 150_000,
} as const;
