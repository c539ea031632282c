import { normalizeName } from '#kernel';
import { StoreProblem } from '#client';
import type { UpdateBody } from '#client';
import type { HostState, InstallationState } from '../folder/host-state.js';
import {
  hasVersion,
  nameIn,
  notInstalled,
  severalInstalled,
  versionNamed,
  withInstallation,
} from '../folder/host-state.js';
import { HostError } from '../host-error.js';
import { onOneLine } from '../one-line.js';
import { chooseVersion } from './choose-version.js';
import type { HostWork } from './host-work.js';
import type { WishedVersion } from './parse-wish.js';
import { otherWith, prepareVersion } from './prepare-version.js';
import type { VersionWish } from './prepare-version.js';
import { reportFailure } from './report-failure.js';
import { reloadAgent, switchRelease } from './switch-release.js';
import type { SwitchOutcome } from './switch-release.js';
import { tellSwitches } from './settle-pending.js';

export interface UpdateWish {
  /** Or the id of one installation. Undefined for all. */
  readonly plugin?: string;
  /** Undefined for what each installation follows. */
  readonly selector?: WishedVersion;
  readonly trust?: 'trusted' | 'untrusted';
  /** Whether it comes whatever it requires of its host. */
  readonly ignoreRequires?: boolean;
}

export interface UpdateResult {
  readonly plugin: string;
  readonly installation: string;
  readonly from: string | null;
  readonly to: string;
  /**
   * `failed`: it could not be brought here; the old one goes on. `pinned`: that release is pinned, and the newer one waits.
   * `kept`: it was built again, for a rollback. `beside`: another installation has it, and this one is left alone.
   */
  readonly outcome: SwitchOutcome['outcome'] | 'failed' | 'pinned' | 'kept' | 'beside';
  readonly reason?: string;
  readonly code?: string;
}

/**
 * Brings newer releases: each is ready before anything switches, and one that fails leaves what serves and says why. The
 * others go on. Throws `several-installed` where several are told to go to one release.
 */
export async function updatePlugins(work: HostWork, wish: UpdateWish): Promise<readonly UpdateResult[]> {
  const installations = chosen(await work.folder.readState(), wish.plugin);
  // They would all go to the same release, which a host has once.
  if (wish.selector && installations.length > 1)
    throw severalInstalled(wish.plugin ?? '', installations, ', with the same behind it');
  const news = wish.selector ? [] : (await work.store.call('updatesList', {}, work)).items;
  const { ignoreRequires = false } = wish;
  const results: UpdateResult[] = [];
  for (const one of installations) {
    const found = wish.selector ? await wishOf(work, one, wish.selector, ignoreRequires) : newest(one, news);
    const isTaken =
      !wish.selector && found && otherWith(await work.folder.readState(), one, found.version) !== undefined;
    if (isTaken && !one.pinned) results.push(leftAlone(one, found.version));
    const newer = isTaken ? undefined : found;
    // What is pinned, or was rolled back, waits until it is named; beside others, by its id.
    const isPinned = one.pinned && !wish.selector && (wish.plugin === undefined || installations.length > 1);
    if (isPinned && newer !== undefined)
      results.push(pinned(await work.folder.readState(), one, newer.version));
    const to = isPinned ? undefined : newer;
    const version = to?.version ?? (wish.trust ? (one.wanted ?? one.current)?.version : undefined);
    // There is nothing newer yet; what comes next is followed, and what failed is no longer asked for.
    if (newer === undefined && (one.failure || (one.pinned && !isPinned)))
      await keepWith(work, one, { pinned: isPinned });
    if (version === undefined) continue;
    const changes = { ...to?.changes, ...(wish.trust && { trust: wish.trust }) };
    results.push(
      await update(work, one, {
        version,
        changes,
        tells: true,
        ignoreRequires,
      }),
    );
  }
  return results;
}

/**
 * Every installation of the plugin, in any spelling, or the one of that id or of `plugin@version`, or all. Throws
 * `not-installed`, `several-installed` where more than one has that version.
 */
export function chosen(state: HostState, plugin: string | undefined): readonly InstallationState[] {
  const all = Object.values(state.installations);
  if (plugin === undefined) return all;
  const named = plugin.split('/').map(normalizeName).join('/');
  const own = all.filter((one) => one.plugin === named || one.id === plugin);
  if (own.length > 0) return own;
  const [name = ''] = named.split('@');
  const [, version = ''] = plugin.split('@');
  const meant = all.filter((one) => one.plugin === name);
  const ofVersion = meant.filter((one) => hasVersion(one, version));
  if (ofVersion.length === 1) return ofVersion;
  if (ofVersion.length > 1) throw severalInstalled(plugin, ofVersion);
  throw name === named || meant.length === 0 ? notInstalled(plugin) : versionNamed(plugin, name, meant);
}

/** What the store says that this one should go to. */
function newest(
  { id }: InstallationState,
  news: readonly UpdateBody[],
): Pick<VersionWish, 'version' | 'changes'> | undefined {
  const to = news.find((update) => update.installation === id && update.to !== null)?.to;
  return to === undefined || to === null ? undefined : { version: to, changes: { pinned: false } };
}

function leftAlone({ id, plugin, current, wanted }: InstallationState, to: string): UpdateResult {
  const from = (wanted ?? current)?.version ?? null;
  const reason = `${from ?? plugin} is left alone beside it; \`mortise remove ${from === null ? id : `${plugin}@${from}`}\` takes it away.`;
  return { plugin, installation: id, from, to, outcome: 'beside', reason };
}

/**
 * What is here already goes on, and may follow something else from now on: where the store keeps that too, it is to hear of it.
 * What was tried before and failed is no longer asked for.
 */
export async function keepWith(
  work: HostWork,
  { id, failure }: InstallationState,
  changes: VersionWish['changes'],
): Promise<void> {
  await work.folder.changeState((state) =>
    withInstallation(state, id, (one) => {
      const here = one.wanted ?? one.current;
      const now = { ...one, ...changes, ...(here && { failure: null }) };
      const isOther = now.range !== one.range || now.channel !== one.channel;
      return isOther && here ? { ...now, tell: { version: here.version } } : now;
    }),
  );
  if (failure) await reloadAgent(work.folder, work.signal).catch(() => undefined);
  await tellSwitches(work).catch(() => undefined);
}

export const pinnedNow = (
  state: HostState,
  one: InstallationState,
  { pinned: isPinned = false }: VersionWish['changes'],
): Pick<UpdateResult, 'reason'> =>
  isPinned && !one.pinned ? { reason: `it is pinned from now on; ${followsAgain(state, one)}` } : {};

export const followsAgain = (state: HostState, one: InstallationState): string =>
  `\`mortise update ${nameIn(state, one)}\` follows what is newer again.`;

function pinned(state: HostState, one: InstallationState, to: string): UpdateResult {
  const { id, plugin, current, wanted, failure } = one;
  const from = (wanted ?? current ?? failure)?.version ?? null;
  const reason = `${from ?? plugin} is pinned here; ${followsAgain(state, one)}`;
  return { plugin, installation: id, from, to, outcome: 'pinned', reason };
}

/** The release that is named, and what is followed from then on. */
export async function wishOf(
  work: HostWork,
  { plugin: id }: InstallationState,
  selector: WishedVersion,
  ignoreRequires: boolean,
): Promise<Pick<VersionWish, 'version' | 'changes'>> {
  const follows = { range: null, channel: null, pinned: false };
  switch (selector.kind) {
    case 'version':
      return { version: selector.version, changes: { ...follows, pinned: true } };
    case 'range':
    case 'latest': {
      const range = selector.kind === 'range' ? selector.range : null;
      const version = await chooseVersion(work, id, selector, ignoreRequires);
      return { version, changes: { ...follows, range } };
    }
    case 'channel': {
      const { channel } = selector;
      const [publisher = '', plugin = ''] = id.split('/');
      const { version } = await work.store.call('getRelease', { publisher, plugin, version: channel }, work);
      return { version, changes: { ...follows, channel } };
    }
  }
}

async function update(work: HostWork, one: InstallationState, wish: VersionWish): Promise<UpdateResult> {
  const about = {
    plugin: one.plugin,
    installation: one.id,
    from: one.current?.version ?? null,
    to: wish.version,
  };
  const isThere = (one.wanted ?? one.current)?.version === wish.version;
  const isSameTrust = (wish.changes.trust ?? one.trust) === one.trust;
  if (isThere && isSameTrust) await keepWith(work, one, wish.changes);
  if (isThere && isSameTrust && one.wanted === null)
    return {
      ...about,
      outcome: 'unchanged',
      ...pinnedNow(await work.folder.readState(), one, wish.changes),
    };
  let wanted = one.wanted;
  try {
    if (!isThere || !isSameTrust) wanted = await prepareVersion(work, one, wish);
  } catch (error) {
    work.signal.throwIfAborted();
    if (!(error instanceof HostError) && !(error instanceof StoreProblem)) throw error;
    if (error instanceof HostError) await reportFailure(work, one, wish.version, error);
    return { ...about, outcome: 'failed', reason: error.message, code: error.code };
  }
  const switched = await switchRelease(work.folder, one.id, wanted, work.signal);
  await tellSwitches(work).catch(() => undefined);
  const failed = switched.outcome === 'waiting' && one.failure?.version === wish.version && one.failure;
  return {
    ...about,
    ...switched,
    ...(failed && { reason: `when it was last tried, it failed. ${onOneLine(failed.message)}` }),
  };
}
