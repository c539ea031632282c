import type { InstallationState, InstalledRelease } from '../folder/host-state.js';
import { HostError } from '../host-error.js';
import type { HostWork } from './host-work.js';
import { prepareVersion } from './prepare-version.js';
import { tellSwitches } from './settle-pending.js';
import { switchRelease } from './switch-release.js';
import type { UpdateResult } from './update-plugins.js';

/** What a rollback goes back to: of an update that still waits for the agent, what has served until now. */
export const releaseBefore = ({ current, wanted, previous }: InstallationState): InstalledRelease | null =>
  wanted !== null && current !== null && wanted.version !== current.version ? current : previous;

/**
 * Takes an installation back to the release before, which is kept here and needs no store. It then is pinned there
 * until an update names it. Throws `nothing-to-roll-back`, and what `prepareVersion` throws.
 */
export async function rollBack(work: HostWork, one: InstallationState): Promise<UpdateResult> {
  const { id, plugin, current, wanted } = one;
  const before = releaseBefore(one);
  if (!before)
    throw new HostError(
      'nothing-to-roll-back',
      `${plugin} has had no other release here since it was installed: name a version with \`mortise update ${plugin}@1.2.3\`.`,
    );
  const about = { plugin, installation: id, from: (wanted ?? current)?.version ?? null, to: before.version };
  const wish = { version: before.version, changes: { pinned: true }, tells: true, ignoreRequires: true };
  const release = await prepareVersion(work, one, wish);
  const switched = await switchRelease(work.folder, id, release, work.signal);
  await tellSwitches(work).catch(() => undefined);
  return { ...about, ...switched };
}
