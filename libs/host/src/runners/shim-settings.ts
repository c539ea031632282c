import { fileURLToPath } from 'node:url';
import type { BackendToRun } from './runner.js';

/** The shim itself, as it lies beside this library. */
export const shimFolder = fileURLToPath(new URL('../../shim', import.meta.url));

/** As the back end sees them, which in a container is elsewhere. */
interface ShimPlaces {
  readonly socket: string;
  readonly config: string;
  readonly key: string;
  readonly descriptor: string | null;
  readonly cache?: string;
}

/** Where the shim finds what it needs, in the words of libs/host/shim/mortise_shim/serve.py. */
export function shimSettings(backend: BackendToRun, places: ShimPlaces): Readonly<Record<string, unknown>> {
  return {
    plugin: backend.plugin,
    version: backend.version,
    interface: backend.interface,
    package: backend.package,
    component: backend.component,
    meta: { installation: backend.installation, ...backend.meta },
    config_file: places.config,
    key_file: places.key,
    cache_folder: places.cache ?? backend.cacheFolder,
    socket: places.socket,
    call_timeout_ms: backend.limits.callTimeoutMs,
    descriptor_file: places.descriptor,
  };
}
