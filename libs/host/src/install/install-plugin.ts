import { randomUUID } from 'node:crypto';
import { compareVersions } from '#kernel';
import { StoreProblem } from '#client';
import type { NewInstallationBody } from '#client';
import { checkPluginId, checkUuid, checkVersion } from '../folder/checked-name.js';
import { newInstallation } from '../folder/host-state.js';
import type { InstallationState } from '../folder/host-state.js';
import { withoutPending, withPending, withSettled } from '../folder/pending.js';
import { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import { buildRelease } from './build-release.js';
import { chooseVersion } from './choose-version.js';
import { fetchManifest } from './manifest/fetch-manifest.js';
import { followsOther, findPresent } from './find-present.js';
import type { Present } from './find-present.js';
import type { HostWork } from './host-work.js';
import type { PluginWish, WishedVersion } from './parse-wish.js';
import { addKey, placeKey } from './plugin-keys.js';
import { prepareVersion } from './prepare-version.js';
import type { VersionWish } from './prepare-version.js';
import { yanked } from './refuse-withdrawn.js';
import { settlePending, tellSwitches } from './settle-pending.js';
import { switchRelease } from './switch-release.js';
import type { SwitchOutcome } from './switch-release.js';
import { keepWith, pinnedNow, wishOf } from './update-plugins.js';

export interface InstallWish extends PluginWish {
  readonly allowYanked: boolean;
  /** Whether it comes whatever it requires of its host. */
  readonly ignoreRequires: boolean;
}

export interface InstallResult extends SwitchOutcome {
  readonly installation: InstallationState;
  /** Of the release that was asked for. */
  readonly version: string;
}

/**
 * Installs a plugin: registers it at the store under an id that is written down first, verifies, builds, and switches in one
 * step. Whatever fails is taken back at the store too; what is interrupted, at the next start.
 */
export async function installPlugin(work: HostWork, wish: InstallWish): Promise<InstallResult> {
  const present = await findPresent(work, wish);
  if (present) return keep(work, present, wish);
  const failed = await failedOf(work, wish);
  if (failed) return installAgain(work, failed, wish);
  lookAhead(work);
  try {
    const registered = await register(work, wish);
    const here = (await work.folder.readState()).installations[registered.id];
    if (here) return { outcome: 'unchanged', installation: here, version: registered.version };
    const installation = await build(work, registered, wish.pinned);
    const outcome = await switchRelease(work.folder, installation.id, installation.wanted, work.signal);
    return { ...outcome, installation, version: registered.version };
  } catch (error) {
    await takeBack(work);
    throw error;
  }
}

/** What is here already goes on; by its exact version it is pinned from now on, and what else it is to follow is for an update. */
async function keep(
  work: HostWork,
  present: Present,
  { pinned, selector }: InstallWish,
): Promise<InstallResult> {
  const { installation } = present;
  if (!pinned || installation.pinned)
    return {
      outcome: 'unchanged',
      ...present,
      ...followsOther(await work.folder.readState(), installation, selector),
    };
  const changes = { range: null, channel: null, pinned };
  await keepWith(work, installation, changes);
  return {
    outcome: 'unchanged',
    ...present,
    ...pinnedNow(await work.folder.readState(), installation, changes),
  };
}

/** What is needed in any case is found out while the store is asked; what is wrong with it is told when it is needed. */
function lookAhead({ processBuilder, signal }: HostWork): void {
  processBuilder.python(signal).catch(() => undefined);
  processBuilder.installer().catch(() => undefined);
}

const isFailed = ({ current, wanted }: InstallationState): boolean => (wanted ?? current) === null;

/** What did not come up when it was installed first: that version where one is named, any where nothing else of it is here. */
export async function failedOf(
  { folder }: HostWork,
  { plugin, selector }: Pick<InstallWish, 'plugin' | 'selector'>,
): Promise<InstallationState | undefined> {
  const { installations } = await folder.readState();
  const own = Object.values(installations).filter((one) => one.plugin === plugin);
  const named = selector.kind === 'version' ? selector.version : undefined;
  const failed = own.filter(isFailed);
  const same = failed.find(({ failure }) => failure?.version === named);
  return same ?? (failed.length === own.length ? failed[0] : undefined);
}

/** The store and the plugin's key know it already: it is only brought here anew, whichever release is asked for now. */
async function installAgain(
  work: HostWork,
  failed: InstallationState,
  wish: InstallWish,
): Promise<InstallResult> {
  const { trust, ignoreRequires } = wish;
  const to = await againOf(work, failed, wish);
  const changes = { ...to.changes, ...(trust && { trust }) };
  const wished = { version: to.version, changes, tells: true, ignoreRequires };
  const wanted = await prepareVersion(work, failed, wished);
  const outcome = await switchRelease(work.folder, failed.id, wanted, work.signal);
  await tellSwitches(work).catch(() => undefined);
  return { ...outcome, installation: failed, version: to.version };
}

/**
 * By the plugin's name alone what it follows already, and the very version that failed where that is pinned and may still be
 * installed. Throws `yanked`, as the store does where it is asked for the first time.
 */
async function againOf(
  work: HostWork,
  failed: InstallationState,
  { plugin: id, selector, pinned, allowYanked, ignoreRequires }: InstallWish,
): Promise<Pick<VersionWish, 'version' | 'changes'>> {
  const [publisher = '', plugin = ''] = id.split('/');
  const releaseOf = (version: string) => work.store.call('getRelease', { publisher, plugin, version }, work);
  if (selector.kind === 'latest' && failed.pinned && failed.failure) {
    const { version } = failed.failure;
    const state = (await releaseOf(version).catch(ignoreAbsent))?.state;
    if (state === 'active' || (state === 'yanked' && allowYanked)) {
      const newest = await chooseVersion(work, id, selector, ignoreRequires).catch(() => version);
      const what = `${id} is pinned to ${version}, which is tried again; \`mortise install ${id}@${newest}\` has the newest.`;
      if (compareVersions(newest, version) > 0) work.tell({ step: 'warn', what });
      return { version, changes: {} };
    }
  }
  const followed = selector.kind === 'latest' ? followedBy(failed) : selector;
  const to = await wishOf(work, failed, followed, ignoreRequires);
  const { state, state_reason } = await releaseOf(to.version);
  if (state === 'yanked' && !allowYanked) throw yanked(id, to.version, state_reason);
  return { version: to.version, changes: { ...to.changes, pinned } };
}

function followedBy({ range, channel }: InstallationState): WishedVersion {
  if (channel !== null) return { kind: 'channel', channel };
  return range === null ? { kind: 'latest' } : { kind: 'range', range };
}

const ignoreAbsent = (error: unknown): undefined => {
  if (!(error instanceof StoreProblem && error.status === 404)) throw error;
};

/** `isNew`: no other machine of the host has it. */
type Registered = NewInstallationBody & { readonly isNew: boolean };

/** Throws what the store refuses; then nothing is pending any more. */
async function register(work: HostWork, wish: InstallWish): Promise<Registered> {
  const { folder, store, signal, tell } = work;
  const { plugin, trust, allowYanked, ignoreRequires, selector } = wish;
  tell({ step: 'register', what: plugin });
  const id = randomUUID();
  const at = new Date().toISOString();
  await folder.changeState((state) => withPending(state, { kind: 'install', installation: id, plugin, at }));
  const body = {
    id,
    plugin,
    ...selected(selector),
    ...(trust && { trust }),
    ...(allowYanked && { allow_yanked: true }),
    ...(ignoreRequires && { ignore_requires: true }),
  };
  try {
    // By its id the same again is the same installation.
    const answer = await store.call('installationsInstall', { body }, { isRepeatable: true, signal });
    refuseOther(answer, wish);
    if (answer.id !== id)
      await folder.changeState((state) => withoutPending(state, (act) => act.installation === id));
    return { ...answer, isNew: answer.id === id };
  } catch (error) {
    if (error instanceof StoreProblem && error.status < 500)
      await folder.changeState((state) => withoutPending(state, (act) => act.installation === id));
    throw error;
  }
}

/** As bodies name it. */
function selected(selector: WishedVersion): { version?: string; range?: string; channel?: string } {
  const { kind, ...named } = selector;
  return kind === 'latest' ? {} : named;
}

function refuseOther({ id, plugin, version }: NewInstallationBody, wish: InstallWish): void {
  checkUuid(id);
  checkPluginId(plugin);
  checkVersion(version);
  const isIt =
    plugin === wish.plugin && (wish.selector.kind !== 'version' || wish.selector.version === version);
  if (!isIt)
    throw new HostError(
      'manifest-of-another',
      `The store registered ${plugin} ${version} where ${wish.plugin} was asked for. Nothing was installed: tell whoever runs the store.`,
    );
}

async function build(work: HostWork, registered: Registered, pinned: boolean): Promise<InstallationState> {
  const { folder, store, signal } = work;
  const { id, plugin, version, trust, range, channel } = registered;
  if (registered.key !== undefined) await placeKey(work, id, registered.key);
  const fetched = await fetchManifest(folder, store, { plugin, version, trust }, signal);
  const wanted = await buildRelease(work, fetched);
  const key_id = registered.key_id ?? (await addKey(work, id, registered.isNew ? 'all' : 'none'));
  const installation = newInstallation({ id, plugin, range, channel, pinned, trust, wanted, key_id });
  await folder.changeState((state) => withSettled(state, installation));
  return installation;
}

/** What was begun at the store is not left there; where it can't be reached now, the next start does it. */
async function takeBack(work: HostWork): Promise<void> {
  const signal = AbortSignal.timeout(hostLimits.takeBackMs);
  await settlePending({ ...work, signal }).catch(() => undefined);
}
