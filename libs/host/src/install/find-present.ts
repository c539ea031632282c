import { satisfiesRange } from '#kernel';
import { nameIn } from '../folder/host-state.js';
import type { HostState, InstallationState } from '../folder/host-state.js';
import { HostError } from '../host-error.js';
import { fittingVersions } from './choose-version.js';
import type { HostWork } from './host-work.js';
import type { PluginWish, WishedVersion } from './parse-wish.js';
import type { SwitchOutcome } from './switch-release.js';
import { followsAgain } from './update-plugins.js';

export interface Present {
  readonly installation: InstallationState;
  /** That serves, or is to. */
  readonly version: string;
}

/**
 * What is here already is what is asked for: then nothing changes. Another release beside it has to be asked for by its exact
 * version. Throws `already-installed`, and `no-suitable-version` where there is none to have.
 */
export async function findPresent(
  work: HostWork,
  wish: Pick<PluginWish, 'plugin' | 'selector' | 'trust'>,
): Promise<Present | undefined> {
  const { plugin, selector, trust } = wish;
  const state = await work.folder.readState();
  const own = Object.values(state.installations).flatMap((installation) => {
    const version = (installation.wanted ?? installation.current)?.version;
    return installation.plugin === plugin && version !== undefined ? [{ installation, version }] : [];
  });
  const asked = own.filter((one) => isAsked(one, selector));
  const present = asked.find((one) => isFollowed(one.installation, selector)) ?? asked[0];
  if (present && trust === 'untrusted' && present.installation.trust !== trust)
    throw new HostError(
      'already-installed',
      `${plugin} ${present.version} is installed already, and trusted: \`mortise update ${nameIn(state, present.installation)}@${present.version} --trust untrusted\` changes that.`,
    );
  const [first] = own;
  if (present || !first || selector.kind === 'version' || selector.kind === 'latest') return present;
  if (selector.kind === 'range') await fittingVersions(work, plugin, selector);
  throw new HostError(
    'already-installed',
    `${plugin} ${first.version} is installed already: \`mortise update ${nameIn(state, first.installation)}@${writtenOf(selector)}\` moves it; name an exact version (${plugin}@1.2.3) to have it side by side.`,
  );
}

function isAsked({ installation, version }: Present, selector: WishedVersion): boolean {
  switch (selector.kind) {
    case 'latest':
      return true;
    case 'version':
      return version === selector.version;
    case 'range':
      return satisfiesRange(version, selector.range);
    case 'channel':
      return installation.channel === selector.channel;
  }
}

/** Says what has to be done for it to follow what was asked for, where it does not. */
export function followsOther(
  state: HostState,
  one: InstallationState,
  selector: WishedVersion,
): Pick<SwitchOutcome, 'reason'> {
  if (isFollowed(one, selector)) return {};
  const now = one.pinned ? 'it is pinned' : `it follows ${one.range ?? one.channel ?? 'what is newest'}`;
  if (selector.kind !== 'range' && selector.kind !== 'channel')
    return { reason: `${now}; ${followsAgain(state, one)}` };
  const to = `'${nameIn(state, one)}@${writtenOf(selector)}'`;
  return { reason: `${now}; \`mortise update ${to}\` follows that ${selector.kind}.` };
}

/** A name alone asks for nothing that a range or a channel would not do. */
function isFollowed({ pinned, range, channel }: InstallationState, selector: WishedVersion): boolean {
  switch (selector.kind) {
    case 'latest':
      return !pinned;
    case 'version':
      return true;
    case 'range':
      return !pinned && range === selector.range;
    case 'channel':
      return !pinned && channel === selector.channel;
  }
}

const writtenOf = (selector: Extract<WishedVersion, { kind: 'range' | 'channel' }>): string =>
  selector.kind === 'range' ? selector.range : selector.channel;
