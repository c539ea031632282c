import type { StoreProblem } from '#client';
import { withInstallation } from '../folder/host-state.js';
import type { InstallationState } from '../folder/host-state.js';
import type { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import { isPassing } from '../is-passing.js';
import type { HostWork } from './host-work.js';

/** What a machine is, has, or lacks: its owner mends that, and then the same release may be had. */
const machinesFaults = [
  'already-installed',
  'container-unavailable',
  'disk-full',
  'folder-closed',
  'host-unsuitable',
  'installer-missing',
  'program-missing',
  'python-failed',
  'python-missing',
  'python-without-pip',
];

/**
 * Writes down why a release could not be had, so that it is not tried again, and tells the plugin's publisher; the store may
 * be away. What passes, or lies with this machine, is neither; nor is the store's own word on a release, which it may take back.
 */
export async function reportFailure(
  { folder, store }: Pick<HostWork, 'folder' | 'store'>,
  { id, current }: Pick<InstallationState, 'id' | 'current'>,
  version: string,
  error: HostError | StoreProblem,
): Promise<void> {
  const { code, message } = error;
  if (isPassing(error) || machinesFaults.includes(code) || code === 'quarantined') return;
  const at = new Date().toISOString();
  await folder.changeState((state) =>
    withInstallation(state, id, (one) => ({ ...one, failure: { version, code, message, at } })),
  );
  const body = {
    kind: 'failed' as const,
    message: message.slice(0, hostLimits.reportCharacters),
    version: current?.version ?? version,
    at,
  };
  await store
    .call('reportsAdd', { installation: id, body }, { signal: AbortSignal.timeout(hostLimits.reportMs) })
    .catch(() => undefined);
}
