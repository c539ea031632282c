import type { InstallationState } from '../folder/host-state.js';
import { removeTree } from '../machine/remove-tree.js';
import { withoutInstallation, withPending } from '../folder/pending.js';
import type { HostWork } from './host-work.js';
import { reloadAgent } from './switch-release.js';

/**
 * Removes an installation here and, unless the store did it first, at the store, whose keys of it end. Killed in the middle,
 * the next start does the rest.
 */
export async function removePlugin(
  work: HostWork,
  { id: installation, plugin }: InstallationState,
  isGoneAtStore: boolean,
): Promise<void> {
  const { folder, tell, signal } = work;
  tell({ step: 'remove', what: plugin });
  const at = new Date().toISOString();
  await folder.changeState((state) => {
    const without = withoutInstallation(state, installation);
    return isGoneAtStore ? without : withPending(without, { kind: 'remove', installation, plugin, at });
  });
  await reloadAgent(folder, signal);
  const { paths } = folder;
  for (const path of [paths.keyFolder(installation), paths.data(installation), paths.logs(installation)])
    await removeTree(path);
}
