import { rm } from 'node:fs/promises';
import type { InstallationState } from '../folder/host-state.js';
import { damageOf } from './examine-host.js';
import type { HostWork } from './host-work.js';
import { prepareVersion } from './prepare-version.js';
import { switchRelease } from './switch-release.js';
import type { UpdateResult } from './update-plugins.js';

/** Builds the release that serves (or is wanted) again where it is damaged, beside it, and switches; nothing where it is whole. */
export async function repairInstallation(
  work: HostWork,
  one: InstallationState,
): Promise<readonly UpdateResult[]> {
  const release = one.wanted ?? one.current;
  if (!release || (await damageOf(work.folder, release)) === undefined) return [];
  const { version } = release;
  // Front ends are shared by all builds of a version: what is damaged of them must come anew.
  await rm(work.folder.paths.webVersion(one.plugin, version), { recursive: true, force: true });
  await prepareVersion(
    work,
    { ...one, current: null, previous: null },
    { version, changes: {}, tells: false, ignoreRequires: true },
  );
  const switched = await switchRelease(work.folder, one.id, work.signal);
  return [{ plugin: one.plugin, installation: one.id, from: version, to: version, ...switched }];
}
