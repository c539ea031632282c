import type { InstallationState } from '../folder/host-state.js';
import { HostError } from '../host-error.js';
import type { HostWork } from './host-work.js';
import { prepareVersion } from './prepare-version.js';
import { tellSwitches } from './settle-pending.js';
import { switchRelease } from './switch-release.js';
import type { UpdateResult } from './update-plugins.js';

/**
 * Takes an installation back to the release that served before, which is kept here and needs no store. It then stays there
 * until an update names it. Throws `nothing-to-roll-back`, and what `prepareVersion` throws.
 */
export async function rollBack(work: HostWork, one: InstallationState): Promise<UpdateResult> {
  const { id, plugin, current, previous } = one;
  if (!previous)
    throw new HostError(
      'nothing-to-roll-back',
      `${plugin} has had no other release here since it was installed: name a version with \`mortise update ${plugin}@1.2.3\`.`,
    );
  const about = { plugin, installation: id, from: current?.version ?? null, to: previous.version };
  await prepareVersion(work, one, { version: previous.version, changes: { pinned: true }, tells: true });
  const switched = await switchRelease(work.folder, id, work.signal);
  await tellSwitches(work).catch(() => undefined);
  return { ...about, ...switched };
}
