import { StoreProblem } from '#client';
import { withInstallation } from '../folder/host-state.js';
import type { InstallationState, InstalledRelease } from '../folder/host-state.js';
import { HostError } from '../host-error.js';
import { buildRelease } from './build-release.js';
import { damageOf } from './doctor/examine-host.js';
import { fetchManifest } from './manifest/fetch-manifest.js';
import type { HostWork } from './host-work.js';
import { prepareVersion } from './prepare-version.js';
import { switchRelease } from './switch-release.js';
import type { UpdateResult } from './update-plugins.js';

/**
 * Builds what is damaged again: the release that serves (or is wanted) beside it, and switches; then the one that is kept for a
 * rollback. Nothing where both are whole.
 */
export async function repairInstallation(
  work: HostWork,
  one: InstallationState,
): Promise<readonly UpdateResult[]> {
  const { folder } = work;
  const serving = one.wanted ?? one.current;
  const { previous } = one;
  return [
    ...(serving && (await damageOf(folder, serving)) ? [await repairServing(work, one, serving)] : []),
    ...(previous && (await damageOf(folder, previous)) ? [await repairKept(work, one, previous)] : []),
  ];
}

async function repairServing(
  work: HostWork,
  one: InstallationState,
  { version }: InstalledRelease,
): Promise<UpdateResult> {
  const built = await prepareVersion(
    work,
    { ...one, current: null, previous: null },
    { version, changes: {}, tells: false, ignoreRequires: true },
  );
  const switched = await switchRelease(work.folder, one.id, built, work.signal);
  return { plugin: one.plugin, installation: one.id, from: version, to: version, ...switched };
}

/** Nothing serves it, so that it is put in its place at once. The store may not give it any more, such as in quarantine. */
async function repairKept(
  work: HostWork,
  { id, plugin, trust }: InstallationState,
  kept: InstalledRelease,
): Promise<UpdateResult> {
  const { folder, store, signal } = work;
  const { version } = kept;
  const about = { plugin, installation: id, from: version, to: version };
  try {
    const fetched = await fetchManifest(folder, store, { plugin, version, trust }, signal);
    const built = await buildRelease(work, fetched);
    await folder.changeState((state) =>
      withInstallation(state, id, (now) =>
        now.previous?.folder === kept.folder ? { ...now, previous: built } : now,
      ),
    );
    return { ...about, outcome: 'kept' };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof HostError) && !(error instanceof StoreProblem)) throw error;
    return { ...about, outcome: 'failed', reason: error.message, code: error.code };
  }
}
