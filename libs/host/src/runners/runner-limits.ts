const MiB = 2 ** 20;

/** What back ends may have, and how long they are waited for. */
export const runnerLimits = {
  /** What a back end gets that asks for nothing. */
  backendUsual: {
    memoryBytes: 512 * MiB,
    cpus: 1,
    processes: 64,
    diskBytes: 1024 * MiB,
    callTimeoutMs: 30_000,
  },
  /** What a back end gets at most, whatever it asks for; host.json may say otherwise. */
  backendMost: {
    memoryBytes: 2048 * MiB,
    cpus: 4,
    processes: 512,
    diskBytes: 10_240 * MiB,
    callTimeoutMs: 600_000,
  },
  backendOpenFiles: 1024,
  /** The largest file that a back end may write. */
  backendFileBytes: 1024 * MiB,
  /** What each file or folder counts at least: file systems have about one node for so many bytes. */
  diskEntryBytes: 16 * 1024,
  /** How often what is on disk is looked at, and how many times as long as a look there is none. */
  diskLookMs: 2000,
  diskLookPauses: 20,
  diskBatch: 256,
  /** Threads that the shim itself needs: they aren't taken off the plugin's own. */
  shimThreads: 16,
  /** Address space that thread stacks reserve and never touch, where memory is held by the process and not by a cgroup. */
  backendReservedBytes: 192 * MiB,
  /** Users for installations; the narrow ones where a container knows only 65536. */
  wideUsers: { first: 1_900_000_000, count: 100_000 },
  narrowUsers: { first: 30_000, count: 20_000 },
  /** What is kept of what a back end prints, and how much at once is a flood that ends it. */
  backendLog: {
    fileBytes: 8 * MiB,
    files: 4,
    lineBytes: 64 * 1024,
    floodBytes: 32 * MiB,
    floodWindowMs: 10_000,
  },
  backendTailLines: 20,
  backendTailCharacters: 4000,
  /** From start to the first answer. */
  backendStartMs: 60_000,
  backendAskMs: 2000,
  /** Of what it answers to that. */
  backendAskBytes: 64 * 1024,
  /** How often limits are looked at, and how many looks in a row make an excess. */
  backendLookMs: 1000,
  processLooks: 3,
  cpuLooks: 10,
  /** How often a back end is asked whether it is well, and how often it may stay silent. */
  backendHealthMs: 3000,
  backendSilences: 3,
  /** From TERM to KILL: the shim gives `unload()` five seconds. */
  backendTermMs: 8000,
  /** Between KILL and giving up on what can't be killed. */
  backendKillAttempts: 50,
  /** The image of containers whose descriptor and host name none. */
  containerImage: 'python:3.12-slim',
  /** For the engine to answer, and to fetch an image. */
  containerAskMs: 20_000,
  containerPullMs: 600_000,
  containerBuildMs: 600_000,
  containerBuildBytes: 1024 * MiB,
  containerBuildProcesses: 128,
  /** Of files while an sdist is built: they take of the memory. */
  containerBuildTemporaryBytes: 512 * MiB,
  containerBuildUser: 65_533,
  containerTemporaryBytes: 64 * MiB,
} as const;
