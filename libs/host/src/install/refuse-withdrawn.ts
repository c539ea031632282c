import { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import type { HostWork } from './host-work.js';

/**
 * What is kept here, or comes from an archive, serves without the store. But one that can be asked and says that it withdrew it
 * is believed before it serves, not when the agent asks next. Throws `quarantined` and `yanked`.
 */
export async function refuseWithdrawn(
  work: HostWork,
  id: string,
  version: string,
  { allowYanked }: { readonly allowYanked: boolean },
): Promise<void> {
  const { settings } = await work.folder.readHost();
  if (settings.on_quarantine !== 'stop' && allowYanked) return;
  const [publisher = '', plugin = ''] = id.split('/');
  const signal = AbortSignal.any([work.signal, AbortSignal.timeout(hostLimits.askBeforeRollbackMs)]);
  const found = await work.store
    .call('getRelease', { publisher, plugin, version }, { signal })
    .catch(() => undefined);
  work.signal.throwIfAborted();
  if (found?.state === 'quarantined' && settings.on_quarantine === 'stop')
    throw new HostError(
      'quarantined',
      `${id} ${version} is quarantined at the store: nothing was changed. Go to another version with \`mortise update ${id}@1.2.3\`.`,
    );
  if (found?.state === 'yanked' && !allowYanked) throw yanked(id, version, found.state_reason);
}

export const yanked = (id: string, version: string, reason: string | null): HostError =>
  new HostError(
    'yanked',
    `${id} ${version} was yanked: ${reason ?? 'no reason was given'}. Choose another version, or have this very one with \`--allow-yanked\`.`,
  );
