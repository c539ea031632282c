import { hostLimits } from '../host-limits.js';
import type { BackendLimits } from './backend-limits.js';

/** Where everything stands inside of a container, whatever its place outside. */
export const inside = {
  shim: '/mortise/shim',
  environment: '/mortise/environment',
  given: '/mortise/in',
  own: '/mortise/run',
  cache: '/mortise/cache',
  wheels: '/mortise/wheels',
  sdist: '/mortise/sdist',
  tools: '/mortise/tools',
} as const;

export interface Mount {
  readonly from: string;
  readonly to: string;
  readonly writable?: boolean;
}

/** What every container of ours is denied: `run` options that Docker and Podman both have. */
export function confined(
  limits: BackendLimits,
  processes: number,
  user: string,
  mounts: readonly Mount[],
  temporaryBytes: number = hostLimits.containerTemporaryBytes,
): readonly string[] {
  return [
    '--read-only',
    '--cap-drop=all',
    '--security-opt=no-new-privileges',
    `--user=${user}`,
    `--memory=${limits.memoryBytes}`,
    `--memory-swap=${limits.memoryBytes}`,
    `--cpus=${limits.cpus}`,
    `--pids-limit=${processes}`,
    `--ulimit=nofile=${limits.openFiles}:${limits.openFiles}`,
    '--ulimit=core=0:0',
    `--ulimit=fsize=${hostLimits.backendFileBytes}:${hostLimits.backendFileBytes}`,
    // Podman makes /var/tmp writable beside /tmp; here both are, and small.
    ...['/tmp', '/var/tmp'].map(
      (folder) => `--tmpfs=${folder}:rw,nosuid,nodev,mode=1777,size=${temporaryBytes}`,
    ),
    '--pull=never',
    '--log-driver=none',
    '--stop-timeout=0',
    '--entrypoint=',
    '--env=PYTHONDONTWRITEBYTECODE=1',
    '--env=LANG=C.UTF-8',
    ...mounts.map(
      ({ from, to, writable = false }) =>
        `--mount=type=bind,source=${from},target=${to}${writable ? '' : ',readonly'}`,
    ),
  ];
}
