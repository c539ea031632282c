import type { HostSettings } from '../folder/host-file.js';
import { hostLimits } from '../host-limits.js';
import { readBackendLimits } from '../runners/backend-limits.js';
import type { LimitBounds } from '../runners/backend-limits.js';

/** What one plugin gets at most on this host, whatever it asks for. */
export function limitBounds(settings: HostSettings): LimitBounds {
  const usual = hostLimits.backendMost;
  const any = { memoryBytes: Infinity, cpus: Infinity, processes: Infinity, callTimeoutMs: Infinity };
  const { most_memory: memory, most_cpu: cpus, most_processes: processes } = settings;
  return {
    memoryBytes: memory === null ? usual.memoryBytes : readBackendLimits({ memory }, any).memoryBytes,
    cpus: cpus ?? usual.cpus,
    processes: processes ?? usual.processes,
    callTimeoutMs: usual.callTimeoutMs,
  };
}
