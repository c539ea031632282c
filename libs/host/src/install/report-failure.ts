import { withInstallation } from '../folder/host-state.js';
import type { InstallationState } from '../folder/host-state.js';
import { hostLimits } from '../host-limits.js';
import type { HostWork } from './host-work.js';

/** Writes down why a release could not be had, and tells the plugin's publisher; the store may be away. */
export async function reportFailure(
  { folder, store }: Pick<HostWork, 'folder' | 'store'>,
  { id, current }: Pick<InstallationState, 'id' | 'current'>,
  version: string,
  { code, message }: { readonly code: string; readonly message: string },
): Promise<void> {
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
