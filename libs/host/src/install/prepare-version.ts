import { access } from 'node:fs/promises';
import type { HostState, InstallationState, InstalledRelease } from '../folder/host-state.js';
import { withInstallation } from '../folder/host-state.js';
import type { HostFolder } from '../folder/host-folder.js';
import { HostError } from '../host-error.js';
import { buildRelease } from './build-release.js';
import { fetchManifest } from './manifest/fetch-manifest.js';
import type { HostWork } from './host-work.js';
import { refuseUnsuitable } from './refuse-unsuitable.js';
import { refuseWithdrawn } from './refuse-withdrawn.js';

export interface VersionWish {
  readonly version: string;
  /** What of the installation changes with it. */
  readonly changes: Partial<Pick<InstallationState, 'range' | 'channel' | 'pinned' | 'trust'>>;
  /** Whether the store is to hear of the switch, because it did not ask for it. */
  readonly tells: boolean;
  /** Whether what a release requires of this host has been seen to, or is to be passed over. */
  readonly ignoreRequires: boolean;
}

/**
 * Has another release of an installation ready and makes it what is wanted; what serves goes on serving. One that serves,
 * or is kept for a rollback, is not fetched again. Returns the release. Throws `already-installed` where another
 * installation has it, `quarantined`, `host-unsuitable`.
 */
export async function prepareVersion(
  work: HostWork,
  installation: InstallationState,
  { version, changes, tells, ignoreRequires }: VersionWish,
): Promise<InstalledRelease> {
  const { folder, store, signal } = work;
  const { id, plugin, current, previous } = installation;
  if (tells) await requireNoOther(folder, installation, version);
  const trust = changes.trust ?? installation.trust;
  // What was built while the host trusted it more would run without a container.
  const isFitting = (one: InstalledRelease | null): boolean =>
    one?.version === version && (trust === 'trusted' || one.isolation === 'container');
  const kept = trust === installation.trust ? [current, previous].find(isFitting) : undefined;
  if (kept) await refuseWithdrawn(work, plugin, version, { allowYanked: true });
  const build = async (): Promise<InstalledRelease> => {
    const fetched = await fetchManifest(folder, store, { plugin, version, trust }, signal);
    if (!ignoreRequires) await refuseUnsuitable(work, fetched.manifest);
    return buildRelease(work, fetched);
  };
  const wanted = kept && (await isWhole(folder, kept)) ? kept : await build();
  await folder.changeState((state) =>
    withInstallation(state, id, (one) => ({
      ...one,
      ...changes,
      wanted,
      tell: tells ? { version } : null,
      failure: null,
    })),
  );
  return wanted;
}

/** The store has each release once a host: it would refuse the switch after it, and its list would undo it. */
async function requireNoOther(
  folder: HostFolder,
  installation: InstallationState,
  version: string,
): Promise<void> {
  const other = otherWith(await folder.readState(), installation, version);
  if (other === undefined) return;
  throw new HostError(
    'already-installed',
    `${other.plugin} ${version} is here already as another installation (${other.id}): remove one of the two with \`mortise remove\` and its id (\`mortise list\` shows it).`,
  );
}

/** The installation beside this one that has that version of the same plugin, or is about to. */
export const otherWith = (
  { installations }: HostState,
  { id, plugin }: InstallationState,
  version: string,
): InstallationState | undefined =>
  Object.values(installations).find(
    (one) => one.id !== id && one.plugin === plugin && (one.wanted ?? one.current)?.version === version,
  );

/** Whether what the state names is there, as far as a look tells. */
export async function isWhole(folder: HostFolder, release: InstalledRelease): Promise<boolean> {
  try {
    const manifest = await folder.readManifest(release);
    const hasBackend = Object.values(manifest.interfaces).some(({ backend }) => backend !== null);
    if (hasBackend) await access(folder.paths.environment(release));
    for (const { frontend } of Object.values(manifest.interfaces))
      if (frontend) await access(folder.paths.web(manifest.plugin, manifest.version, frontend.package));
    return true;
  } catch {
    return false;
  }
}
