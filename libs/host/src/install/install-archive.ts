import { randomUUID } from 'node:crypto';
import { StoreUnreachable } from '#client';
import type { InstallationState } from '../folder/host-state.js';
import { HostError } from '../host-error.js';
import { ArchiveSource } from './archive-source.js';
import { buildRelease } from './build-release.js';
import { acceptManifest } from './fetch-manifest.js';
import type { HostWork } from './host-work.js';
import type { Manifest } from './manifest.js';
import type { InstallResult } from './install-plugin.js';
import { refuseUnsuitable } from './refuse-unsuitable.js';
import { StoreSource } from './release-source.js';
import { settlePending } from './settle-pending.js';
import { switchRelease } from './switch-release.js';

/**
 * Installs from an archive that `mortise export` made, with or without the store: what signed its manifest has to be a key
 * that this host pinned. The store hears of it, and the plugin gets its key, as soon as the store can be reached.
 */
export async function installArchive(
  work: HostWork,
  path: string,
  { allowExpired, ignoreRequires }: { readonly allowExpired: boolean; readonly ignoreRequires: boolean },
): Promise<InstallResult> {
  const { folder, signal, tell } = work;
  tell({ step: 'fetch', what: path });
  const source = await ArchiveSource.open(path, new StoreSource(work));
  try {
    const { plugin, version } = source.release;
    const wish = { plugin, version, trust: 'trusted' as const };
    const fetched = await acceptManifest(folder, work.store, wish, source.jws, { allowExpired });
    await source.holdReadable(fetched.bytes);
    const present = await presentOf(work, plugin, version);
    if (present) return { outcome: 'unchanged', installation: present, version };
    if (!ignoreRequires) await holdRequires(work, fetched.manifest);
    const wanted = await buildRelease(work, fetched, source);
    const id = randomUUID();
    const trust = fetched.manifest.trust;
    const about = { id, plugin, range: null, channel: null, pinned: false, trust };
    const installation: InstallationState = {
      ...about,
      current: null,
      wanted,
      previous: null,
      failure: null,
      tell: null,
      key_id: null,
    };
    const at = new Date().toISOString();
    await folder.changeState((state) => ({
      ...state,
      installations: { ...state.installations, [id]: installation },
      pending: [...state.pending, { kind: 'register', installation: id, plugin, version, at }],
    }));
    await settlePending(work).catch(ignoreUnreachable);
    const [now = installation] = Object.values((await folder.readState()).installations).filter(
      ({ wanted: one }) => one?.folder === wanted.folder,
    );
    return { ...(await switchRelease(folder, now.id, signal)), installation: now, version };
  } finally {
    await source.discard();
  }
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

async function presentOf(
  { folder }: HostWork,
  plugin: string,
  version: string,
): Promise<InstallationState | undefined> {
  const { installations } = await folder.readState();
  const own = Object.values(installations).filter((one) => one.plugin === plugin);
  const present = own.find((one) => (one.wanted ?? one.current)?.version === version);
  if (present || own.length === 0) return present;
  throw new HostError(
    'already-installed',
    `${plugin} is installed already in another version: remove it first, or update it from the store.`,
  );
}

const ignoreUnreachable = (error: unknown): void => {
  if (!(error instanceof StoreUnreachable)) throw error;
};
