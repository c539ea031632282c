const MiB = 2 ** 20;

/** Every bound of the host side has its name here: of its waits, bodies, queues and of what a plugin may have. */
export const hostLimits = {
  /** What a back end gets that asks for nothing. */
  backendUsual: { memoryBytes: 512 * MiB, cpus: 1, processes: 64, callTimeoutMs: 30_000 },
  /** What a back end gets at most, whatever it asks for; host.json may say otherwise. */
  backendMost: { memoryBytes: 2048 * MiB, cpus: 4, processes: 512, callTimeoutMs: 600_000 },
  backendOpenFiles: 1024,
} as const;
