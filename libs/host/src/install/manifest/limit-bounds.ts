import type { HostSettings } from '../../folder/host-file.js';
import { hostLimits } from '../../host-limits.js';
import { readBackendLimits } from '../../runners/backend-limits.js';
import type { BackendLimits, LimitBounds } from '../../runners/backend-limits.js';
import type { Manifest } from './manifest.js';

/** What a plugin's back ends are held to on this host, and the image that this host has for it. */
export function limitsOf(
  settings: HostSettings,
  { plugin, runtime }: Pick<Manifest, 'plugin' | 'runtime'>,
): BackendLimits {
  const limits = readBackendLimits({ ...runtime }, limitBounds(settings));
  const image = settings.container_images[plugin];
  return image === undefined ? limits : { ...limits, image };
}

/** What one plugin gets at most on this host, whatever it asks for. */
function limitBounds(settings: HostSettings): LimitBounds {
  const usual = hostLimits.backendMost;
  const any = {
    memoryBytes: Infinity,
    cpus: Infinity,
    processes: Infinity,
    diskBytes: Infinity,
    callTimeoutMs: Infinity,
  };
  const { most_memory: memory, most_cpu: cpus, most_processes: processes, most_disk: disk } = settings;
  return {
    memoryBytes: memory === null ? usual.memoryBytes : readBackendLimits({ memory }, any).memoryBytes,
    cpus: cpus ?? usual.cpus,
    processes: processes ?? usual.processes,
    diskBytes: disk === null ? usual.diskBytes : readBackendLimits({ disk }, any).diskBytes,
    callTimeoutMs: usual.callTimeoutMs,
  };
}
