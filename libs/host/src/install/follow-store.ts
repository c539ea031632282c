import { StoreProblem } from '#client';
import type { InstallationBody } from '#client';
import { checkPluginId, checkUuid, checkVersion } from '../folder/checked-name.js';
import type { HostFolder } from '../folder/host-folder.js';
import type { InstallationState } from '../folder/host-state.js';
import { newInstallation, withInstallation } from '../folder/host-state.js';
import { withSettled } from '../folder/pending.js';
import { HostError } from '../host-error.js';
import { buildRelease } from './build-release.js';
import { fetchManifest } from './manifest/fetch-manifest.js';
import type { HostWork } from './host-work.js';
import { addKey } from './plugin-keys.js';
import { prepareVersion } from './prepare-version.js';
import { removePlugin } from './remove-plugin.js';
import { reportFailure } from './report-failure.js';

/** What following the store's list came to. */
export interface FollowResult {
  /**
   * Installations that want another release now than the one that serves, as an update may have left them that was killed
   * before it asked: the agent switches each.
   */
  readonly wanted: readonly string[];
  /** What is on the list no more. */
  readonly removed: readonly { readonly id: string; readonly plugin: string; readonly version: string }[];
  readonly failed: readonly {
    readonly installation: string;
    readonly code: string;
    readonly message: string;
  }[];
  /** Of the list that was followed, for asking again; undefined where it had not changed. */
  readonly etag: string | undefined;
}

/**
 * Brings the folder in line with the store's list of what this host has, which other machines of the host change too:
 * fetches what is new here, has other releases ready, removes what is gone. One that fails leaves what serves. The store
 * is told nothing but reports: what a machine switched to by itself it tells before it follows.
 */
export async function followStore(work: HostWork, etag?: string): Promise<FollowResult> {
  const options = { ...(etag !== undefined && { etag }), signal: work.signal };
  const answer = await work.store.ask('installationsList', {}, options);
  const results = {
    removed: [] as FollowResult['removed'][number][],
    failed: [] as FollowResult['failed'][number][],
  };
  if (answer.body === undefined)
    return { ...results, wanted: await wantedOnes(work.folder), etag: undefined };
  const { items } = answer.body;
  const { installations, pending } = await work.folder.readState();
  for (const one of items) {
    if (pending.some(({ installation }) => installation === one.id)) continue;
    try {
      await bringInLine(work, one, installations[one.id]);
    } catch (error) {
      work.signal.throwIfAborted();
      if (!(error instanceof HostError) && !(error instanceof StoreProblem)) throw error;
      const { code, message } = error;
      results.failed.push({ installation: one.id, code, message });
      const known = installations[one.id];
      if (known) await reportFailure(work, known, one.version, error);
    }
  }
  const listed = new Set(items.map(({ id }) => id));
  for (const one of Object.values(installations)) {
    // What was installed from an archive may be unknown there yet.
    if (listed.has(one.id) || pending.some(({ installation }) => installation === one.id)) continue;
    await removePlugin(work, one, true);
    const version = (one.current ?? one.wanted)?.version ?? '0.0.0';
    results.removed.push({ id: one.id, plugin: one.plugin, version });
  }
  return { ...results, wanted: await wantedOnes(work.folder), etag: answer.etag };
}

async function wantedOnes(folder: HostFolder): Promise<readonly string[]> {
  const { installations } = await folder.readState();
  return Object.values(installations).flatMap(({ id, wanted }) => (wanted === null ? [] : [id]));
}

async function bringInLine(
  work: HostWork,
  listed: InstallationBody,
  known: InstallationState | undefined,
): Promise<void> {
  const { id, plugin, version, trust, range, channel } = listed;
  checkUuid(id);
  checkPluginId(plugin);
  checkVersion(version);
  if (!known) return addListed(work, listed);
  // A switch that the store has not heard of is newer than its list.
  if (known.tell !== null) return;
  const serving = known.wanted ?? known.current;
  if (serving?.version !== version || known.trust !== trust) {
    // What failed here would fail again: it waits for another version.
    if (known.failure?.version === version && known.trust === trust) return;
    const changes = { range, channel, trust };
    await prepareVersion(work, known, { version, changes, tells: false, ignoreRequires: true });
  } else if (known.range !== range || known.channel !== channel)
    await work.folder.changeState((state) =>
      withInstallation(state, id, (one) => ({ ...one, range, channel })),
    );
}

async function addListed(
  work: HostWork,
  { id, plugin, version, trust, range, channel }: InstallationBody,
): Promise<void> {
  const { folder, store, signal } = work;
  const wanted = await buildRelease(
    work,
    await fetchManifest(folder, store, { plugin, version, trust }, signal),
  );
  const key_id = await addKey(work, id, 'none');
  const listed = newInstallation({ id, plugin, range, channel, trust, wanted, key_id });
  await folder.changeState((state) => withSettled(state, listed));
}
