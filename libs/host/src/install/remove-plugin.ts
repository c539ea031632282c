import { utimes } from 'node:fs/promises';
import type { HostFolder } from '../folder/host-folder.js';
import type { InstallationState } from '../folder/host-state.js';
import { errorCode } from '../folder/write-durably.js';
import { removeTree } from '../machine/remove-tree.js';
import { withoutInstallation, withPending } from '../folder/pending.js';
import type { HostWork } from './host-work.js';
import { reloadAgent } from './switch-release.js';

/**
 * Removes an installation here and, unless the store did it first, at the store, whose keys of it end. Killed in the middle,
 * the next start does the rest. What the store did is done here without anybody asking, and may be a list that went back in
 * time with a backup: then the plugin's data stays for a while.
 */
export async function removePlugin(
  work: HostWork,
  { id: installation, plugin }: Pick<InstallationState, 'id' | 'plugin'>,
  isGoneAtStore: boolean,
): Promise<void> {
  const { folder, tell, signal } = work;
  const { paths } = folder;
  tell({ step: 'remove', what: plugin });
  // Before it is nobody's: who is killed in between leaves it as new.
  if (isGoneAtStore) await touch(paths.data(installation));
  const at = new Date().toISOString();
  await folder.changeState((state) => {
    const without = withoutInstallation(state, installation);
    return isGoneAtStore ? without : withPending(without, { kind: 'remove', installation, plugin, at });
  });
  await reloadAgent(folder, signal);
  await removeTree(paths.keyFolder(installation));
  if (!isGoneAtStore) await removeData(folder, installation);
}

/** What a plugin has written here. */
export async function removeData({ paths }: HostFolder, installation: string): Promise<void> {
  for (const path of [paths.data(installation), paths.logs(installation)]) await removeTree(path);
}

/** From now on it is kept for as long as data that is nobody's. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
}
