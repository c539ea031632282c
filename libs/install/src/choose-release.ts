import { compareVersions, isVersion, isVersionRange, satisfiesRange } from '#kernel';
import type { Version } from '#kernel';
import {
  channelQuarantined,
  channelYanked,
  invalidRange,
  noSuitableVersion,
  versionNotFound,
} from './errors.js';
import type { PluginChoices, ReleaseChoice } from './installable-release.js';

/** What a path or a body asks for. */
export type Selector =
  | { readonly kind: 'latest' }
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'range'; readonly range: string }
  | { readonly kind: 'channel'; readonly channel: string };

/** What `{version}` in a path means: an exact version, `latest`, or else a channel. */
export function parseSelector(text: string): Selector {
  if (text === 'latest') return { kind: 'latest' };
  return isVersion(text) ? { kind: 'version', version: text } : { kind: 'channel', channel: text };
}

/**
 * The version that `selector` means. An exact one may be in any state; `latest` and ranges never choose what is yanked
 * or quarantined; a channel that points to such a one is a conflict that tells the reason.
 */
export function chooseRelease(choices: PluginChoices, selector: Selector): Version {
  switch (selector.kind) {
    case 'latest':
      if (choices.latest === null) throw noSuitableVersion(choices.plugin, 'latest');
      return choices.latest;
    case 'version':
      return existing(choices, selector.version).version;
    case 'range':
      return chooseInRange(choices, selector.range);
    case 'channel':
      return chooseOfChannel(choices, selector.channel);
  }
}

function existing(choices: PluginChoices, wanted: string): ReleaseChoice {
  const release = choices.releases.find((candidate) => candidate.version === wanted);
  if (!release) throw versionNotFound(choices.plugin, wanted);
  return release;
}

function chooseInRange(choices: PluginChoices, range: string): Version {
  if (!isVersionRange(range)) throw invalidRange(range);
  const fitting = choices.releases
    .filter((release) => release.review === 'approved' && release.state === 'active')
    .map((release) => release.version)
    .filter((version) => satisfiesRange(version, range))
    .sort((a, b) => compareVersions(b, a));
  const best = fitting[0];
  if (best === undefined) throw noSuitableVersion(choices.plugin, range);
  return best;
}

function chooseOfChannel(choices: PluginChoices, channel: string): Version {
  const version = Object.hasOwn(choices.channels, channel) ? choices.channels[channel] : undefined;
  if (version === undefined) throw versionNotFound(choices.plugin, channel);
  const release = existing(choices, version);
  if (release.state === 'yanked') throw channelYanked(choices.plugin, channel, version, release.stateReason);
  if (release.state === 'quarantined')
    throw channelQuarantined(choices.plugin, channel, version, release.stateReason);
  return version;
}
