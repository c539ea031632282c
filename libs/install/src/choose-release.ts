import { compareVersions, isUpToLatest, isVersion, isVersionRange, satisfiesRange } from '#kernel';
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
 * The versions that `selector` can mean, the best first. An exact one may be in any state; `latest` and ranges never choose
 * what is yanked or quarantined; a channel that points to such a one is a conflict that tells the reason. Throws
 * `version-not-found`, `no-suitable-version`, `invalid-range`.
 */
export function candidatesFor(choices: PluginChoices, selector: Selector): readonly [Version, ...Version[]] {
  switch (selector.kind) {
    case 'latest':
      return fittingOr('latest', choices, (version) => isUpToLatest(version, choices.latest));
    case 'version':
      return [existing(choices, selector.version).version];
    case 'range':
      if (!isVersionRange(selector.range)) throw invalidRange(selector.range);
      return fittingOr(selector.range, choices, (version) => satisfiesRange(version, selector.range));
    case 'channel':
      return [chooseOfChannel(choices, selector.channel)];
  }
}

function existing(choices: PluginChoices, wanted: string): ReleaseChoice {
  const release = choices.releases.find((candidate) => candidate.version === wanted);
  if (!release) throw versionNotFound(choices.plugin, wanted, openVersions(choices));
  return release;
}

function fittingOr(
  wanted: string,
  choices: PluginChoices,
  fits: (version: Version) => boolean,
): readonly [Version, ...Version[]] {
  const open = openVersions(choices);
  const [best, ...others] = open.filter(fits);
  if (best === undefined) throw noSuitableVersion(choices.plugin, wanted, open);
  return [best, ...others];
}

/** What may be installed, the newest first. */
const openVersions = ({ releases }: PluginChoices): readonly Version[] =>
  releases
    .filter((release) => release.review === 'approved' && release.state === 'active')
    .map((release) => release.version)
    .sort((a, b) => compareVersions(b, a));

function chooseOfChannel(choices: PluginChoices, channel: string): Version {
  const version = Object.hasOwn(choices.channels, channel) ? choices.channels[channel] : undefined;
  if (version === undefined) throw versionNotFound(choices.plugin, channel, openVersions(choices));
  const release = existing(choices, version);
  if (release.state === 'yanked') throw channelYanked(choices.plugin, channel, version, release.stateReason);
  if (release.state === 'quarantined')
    throw channelQuarantined(choices.plugin, channel, version, release.stateReason);
  return version;
}
