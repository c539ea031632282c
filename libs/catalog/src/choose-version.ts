import { closestWord, isVersion, sortVersions } from '#kernel';
import type { Version } from '#kernel';
import { channelWithdrawn, noLatestVersion, versionNotFound } from './errors.js';
import type { ListedRelease, Plugin } from './plugin.js';
import { stateOf } from './release.js';

/** The name of the channel that is computed. */
export const latestChannel = 'latest';

/**
 * The release that `{version}` in a path means: an exact version, `latest`, or a channel. An exact version may be in
 * any state; a channel that points to what was withdrawn since is a conflict that tells the reason.
 */
export function chooseVersion(plugin: Plugin, reference: string): ListedRelease {
  if (reference === latestChannel) {
    if (plugin.latest === null) throw noLatestVersion(plugin.id);
    return exactVersion(plugin, plugin.latest);
  }
  const pointed = plugin.channels.get(reference);
  if (pointed === undefined) return exactVersion(plugin, reference);
  const release = exactVersion(plugin, pointed);
  const state = stateOf(release.standing);
  if (state !== 'active') throw channelWithdrawn(plugin.id, reference, release.version, release.standing);
  return release;
}

/** Throws `version-not-found`, which names what is nearest. */
export function exactVersion(plugin: Plugin, version: Version): ListedRelease {
  const release = plugin.releases.find((candidate) => candidate.version === version);
  if (release) return release;
  throw versionNotFound(plugin.id, version, nearest(plugin, version));
}

function nearest(plugin: Plugin, wanted: string): string | undefined {
  const versions = sortVersions(plugin.releases, ({ version }) => version).map(({ version }) => version);
  const words = isVersion(wanted) ? versions : [...plugin.channels.keys(), ...versions];
  return closestWord(wanted, words) ?? plugin.latest ?? versions[0];
}
