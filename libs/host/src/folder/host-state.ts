import { isDeepStrictEqual } from 'node:util';
import type { Version } from '#kernel';
import { HostError } from '../host-error.js';

/** One build of a release in the folder: whole, or the state would not name it. */
export interface InstalledRelease {
  readonly version: Version;
  /** Below the host's folder, with `/`: `releases/acme/tool/1.0.0/<unique>`. */
  readonly folder: string;
  /** How its back ends have to be run, at least. */
  readonly isolation: 'process' | 'container';
  /** Of the manifest's bytes as they were signed. */
  readonly manifest_sha256: string;
  readonly installed_at: string;
  /** What the plugin asks for and doesn't get here; absent for nothing. */
  readonly warnings?: readonly RuntimeWarning[];
}

export interface RuntimeWarning {
  /** Stable and kebab-case. */
  readonly code: string;
  readonly message: string;
}

export interface SwitchFailure {
  readonly version: Version;
  /** Stable and kebab-case. */
  readonly code: string;
  readonly message: string;
  readonly at: string;
}

/** What this machine has of one installation. `current` serves, `wanted` should, `previous` is kept for a rollback. */
export interface InstallationState {
  readonly id: string;
  readonly plugin: string;
  /** What updates follow; both null for the newest, unless `pinned`. */
  readonly range: string | null;
  readonly channel: string | null;
  /** An exact version was asked for, or gone back to: updates wait until somebody names the plugin. */
  readonly pinned: boolean;
  /** How far this host trusts it, at most. */
  readonly trust: 'trusted' | 'untrusted';
  readonly current: InstalledRelease | null;
  readonly wanted: InstalledRelease | null;
  readonly previous: InstalledRelease | null;
  readonly failure: SwitchFailure | null;
  /** The store has not heard yet that this version serves here. */
  readonly tell: { readonly version: Version } | null;
  /** Of this machine's plugin key. */
  readonly key_id: string | null;
  /** Why it is not served, by this host's settings; absent where nothing is wrong with it. */
  readonly stopped?: StopReason;
}

/** Why an installation is not served although the folder has it. */
export interface StopReason {
  readonly code: string;
  readonly message: string;
  /** The only version that it is about; without one, whatever version would be served. */
  readonly version?: Version;
}

/** One that is ready and has yet to serve; it follows what is newest unless something else is said. */
export const newInstallation = (
  about: Pick<InstallationState, 'id' | 'plugin' | 'trust' | 'wanted'> & Partial<InstallationState>,
): InstallationState => ({
  range: null,
  channel: null,
  pinned: false,
  current: null,
  previous: null,
  failure: null,
  tell: null,
  key_id: null,
  ...about,
});

/**
 * Something that is begun at the store and not finished here. It is written down before the store is asked, so that whoever
 * comes after a crash can finish it or take it back.
 */
export type PendingAct =
  | { readonly kind: 'install'; readonly installation: string; readonly plugin: string; readonly at: string }
  | { readonly kind: 'key'; readonly installation: string; readonly key: string; readonly at: string }
  | {
      /** What was installed from an archive, and the store has not heard of. */
      readonly kind: 'register';
      readonly installation: string;
      readonly plugin: string;
      readonly version: Version;
      readonly at: string;
    }
  | { readonly kind: 'remove'; readonly installation: string; readonly plugin: string; readonly at: string };

/** `state.json`: replacing it is THE switch. */
export interface HostState {
  readonly schema_version: 1;
  readonly installations: Readonly<Record<string, InstallationState>>;
  readonly pending: readonly PendingAct[];
}

export const emptyState: HostState = { schema_version: 1, installations: {}, pending: [] };

/** The state with that installation changed. Throws `not-installed`. */
export function withInstallation(
  state: HostState,
  id: string,
  change: (installation: InstallationState) => InstallationState,
): HostState {
  const found = state.installations[id];
  if (!found) throw notInstalled(id);
  return { ...state, installations: { ...state.installations, [id]: change(found) } };
}

export const notInstalled = (which: string): HostError =>
  new HostError('not-installed', `"${which}" is not installed here: \`mortise list\` shows what is.`);

/** Whether it is what is meant by that version of its plugin; where nothing came up, by the one that failed. */
export const hasVersion = ({ current, wanted, failure }: InstallationState, version: string): boolean =>
  wanted?.version === version ||
  current?.version === version ||
  ((wanted ?? current) === null && failure?.version === version);

/** Why that version of it is not to be served. */
export const stopReasonOf = (stopped: StopReason | undefined, version: string): StopReason | undefined =>
  stopped && (stopped.version ?? version) === version ? stopped : undefined;

/** The state with that installation stopped for this reason, or for none any more: not for one of a version that it has left. */
export function withStopped(state: HostState, id: string, told: StopReason | undefined): HostState {
  const found = state.installations[id];
  if (!found) return state;
  const { current, wanted } = found;
  const reason = [current, wanted].some((one) => one && stopReasonOf(told, one.version)) ? told : undefined;
  if (isDeepStrictEqual(found.stopped, reason)) return state;
  const { stopped: _, ...one } = found;
  return withInstallation(state, id, () => ({ ...one, ...(reason && { stopped: reason }) }));
}

/** What names it in a command: its plugin, or its id where that plugin is here several times. */
export const nameIn = (
  { installations }: HostState,
  { id, plugin }: Pick<InstallationState, 'id' | 'plugin'>,
): string =>
  Object.values(installations).some((other) => other.id !== id && other.plugin === plugin) ? id : plugin;

/** Nothing of that version is here. */
export const versionNamed = (which: string, plugin: string, all: readonly InstallationState[]): HostError =>
  new HostError(
    'wish-unclear',
    `"${which}" is none of what is here: write ${plugin}, with one of its versions behind it, or the id of one of its installations. Here are ${withIds(all)}.`,
  );

const withIds = (all: readonly InstallationState[]): string =>
  all.map(({ id, current, wanted }) => `${(current ?? wanted)?.version ?? 'none yet'} (${id})`).join(', ');

/** What can be meant for one alone is done to one of several only when it is said to which; `otherwise` ends the sentence. */
export function severalInstalled(
  which: string,
  all: readonly InstallationState[],
  otherwise = '',
): HostError {
  return new HostError(
    'several-installed',
    `"${which}" is installed here ${all.length} times: ${withIds(all)}. Name one by its id${otherwise}.`,
  );
}

/** `wanted` is healthy: it becomes current, and what served before is kept. The same again changes nothing. */
export function switched(state: HostState, id: string): HostState {
  return withInstallation(state, id, (one) => {
    if (!one.wanted) return one;
    // A version that is built again is no other one to go back to.
    const previous = one.current?.version === one.wanted.version ? one.previous : one.current;
    const { stopped: before, ...rest } = one;
    const stopped = stopReasonOf(before, one.wanted.version);
    const now = { ...rest, current: one.wanted, wanted: null, previous, failure: null };
    return { ...now, ...(stopped && { stopped }) };
  });
}

/** `wanted` did not come up: what served goes on, and the reason is kept. The store need not hear of it. */
export function switchRefused(
  state: HostState,
  id: string,
  failure: Omit<SwitchFailure, 'version'>,
): HostState {
  return withInstallation(state, id, (one) =>
    one.wanted
      ? { ...one, wanted: null, tell: null, failure: { version: one.wanted.version, ...failure } }
      : one,
  );
}

/** Every release that the state names: all else below `releases/` is left over. */
export const namedReleases = (state: HostState): readonly InstalledRelease[] =>
  Object.values(state.installations).flatMap(({ current, wanted, previous }) =>
    [current, wanted, previous].filter((one) => one !== null),
  );
