import { randomUUID } from 'node:crypto';
import { StoreUnreachable } from '#client';
import { newInstallation } from '../folder/host-state.js';
import type { HostState, InstallationState } from '../folder/host-state.js';
import { withoutPending, withPending } from '../folder/pending.js';
import { HostError } from '../host-error.js';
import { isPassing } from '../is-passing.js';
import { ArchiveSource } from './manifest/archive-source.js';
import { buildRelease } from './build-release.js';
import { acceptManifest } from './manifest/fetch-manifest.js';
import type { HostWork } from './host-work.js';
import type { Manifest } from './manifest/manifest.js';
import { failedOf } from './install-plugin.js';
import type { InstallResult } from './install-plugin.js';
import { refuseUnsuitable } from './refuse-unsuitable.js';
import { refuseWithdrawn } from './refuse-withdrawn.js';
import { StoreSource } from './manifest/release-source.js';
import { settlePending, tellSwitches } from './settle-pending.js';
import { switchRelease } from './switch-release.js';

/**
 * Installs from an archive that `mortise export` made, with or without the store: what signed its manifest has to be a key
 * that this host pinned. The store hears of it, and the plugin gets its key, as soon as the store can be reached; what it says
 * of the release holds. Throws `quarantined`, `yanked`.
 */
export async function installArchive(
  work: HostWork,
  path: string,
  { allowExpired, allowYanked, ignoreRequires }: ArchiveOptions,
): Promise<InstallResult> {
  const { folder, signal, tell } = work;
  tell({ step: 'fetch', what: path });
  const source = await ArchiveSource.open(path, new StoreSource(work));
  try {
    const { plugin, version } = source.release;
    const failed = await failedOf(work, { plugin, selector: { kind: 'version', version } });
    const wish = { plugin, version, trust: failed?.trust ?? 'trusted' };
    const fetched = await acceptManifest(folder, work.store, wish, source.jws, { allowExpired });
    await source.holdReadable(fetched.bytes);
    const present = await presentOf(work, plugin, version, failed);
    if (present) return { outcome: 'unchanged', installation: present, version };
    await refuseWithdrawn(work, plugin, version, { allowYanked });
    if (!ignoreRequires) await holdRequires(work, fetched.manifest);
    const wanted = await buildRelease(work, fetched, source);
    const { trust } = fetched.manifest;
    const { id, key_id } = failed ?? { id: randomUUID(), key_id: null };
    const tell = key_id === null ? null : { version };
    const installation = newInstallation({ id, plugin, trust, wanted, tell, key_id });
    await folder.changeState((state) => withUnregistered(state, installation, version));
    const refused = (await settlePending(work).catch(ignorePassing)) ?? [];
    const own = refused.find((one) => one.installation === id);
    if (own) throw own.problem;
    const [now = installation] = Object.values((await folder.readState()).installations).filter(
      ({ wanted: one }) => one?.folder === wanted.folder,
    );
    const outcome = await switchRelease(folder, now.id, wanted, signal);
    await tellSwitches(work).catch(() => undefined);
    return { ...outcome, installation: now, version };
  } finally {
    await source.discard();
  }
}

export interface ArchiveOptions {
  readonly allowExpired: boolean;
  readonly allowYanked: boolean;
  readonly ignoreRequires: boolean;
}

/** What this host is the store alone knows. */
async function holdRequires(work: HostWork, manifest: Manifest): Promise<void> {
  try {
    await refuseUnsuitable(work, manifest);
  } catch (error) {
    if (!(error instanceof StoreUnreachable)) throw error;
    const asked = Object.entries(manifest.requires).map(([name, range]) => `${name} ${range}`);
    const what = `${manifest.plugin} requires ${asked.join(' or ')}; whether this host is that could not be asked of the store.`;
    work.tell({ step: 'warn', what });
  }
}

/** The state with that installation, which the store is to hear of where it has given it no key yet. */
function withUnregistered(state: HostState, one: InstallationState, version: string): HostState {
  const { id: installation, plugin, key_id } = one;
  const installations = { ...state.installations, [installation]: one };
  const at = new Date().toISOString();
  const others = withoutPending(
    { ...state, installations },
    (act) => act.kind === 'register' && act.installation === installation,
  );
  return key_id === null
    ? withPending(others, { kind: 'register', installation, plugin, version, at })
    : others;
}

/** What `failed` may take the place of stands in no way. */
async function presentOf(
  { folder }: HostWork,
  plugin: string,
  version: string,
  failed: InstallationState | undefined,
): Promise<InstallationState | undefined> {
  const { installations } = await folder.readState();
  const own = Object.values(installations).filter((one) => one.plugin === plugin);
  const present = own.find((one) => (one.wanted ?? one.current)?.version === version);
  if (present || failed || own.length === 0) return present;
  throw new HostError(
    'already-installed',
    `${plugin} is installed already in another version: remove it first, or update it from the store.`,
  );
}

const ignorePassing = (error: unknown): undefined => {
  if (!isPassing(error)) throw error;
};
