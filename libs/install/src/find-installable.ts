import { suitsHost } from '#descriptor';
import type { HostFacts } from '#descriptor';
import { limits } from '#kernel';
import type { PluginId } from '#kernel';
import { candidatesFor } from './choose-release.js';
import type { Selector } from './choose-release.js';
import { hostUnsuitable, pluginNotFound, versionNotFound } from './errors.js';
import type { InstallableRelease, Trust } from './installable-release.js';
import type { InstallableReleases } from './installation.js';
import { refuseUninstallable } from './manifest.js';

/**
 * The release that `selector` means, once it is sure that its manifest would be handed out: the best one that suits the host,
 * else the best one, for `refuseUnsuitable` to speak of.
 */
export async function findInstallable(
  releases: InstallableReleases,
  plugin: PluginId,
  selector: Selector,
  { trust, host }: { readonly trust: Trust; readonly host: HostFacts },
): Promise<InstallableRelease> {
  const choices = await releases.choices(plugin);
  const visible = choices && {
    ...choices,
    releases: choices.releases.filter((one) => one.review === 'approved'),
  };
  if (!visible || visible.releases.length === 0) throw pluginNotFound(plugin);
  const candidates = candidatesFor(visible, selector);
  const found: InstallableRelease[] = [];
  for (const version of candidates.slice(0, limits.updateCandidates)) {
    const release = await releases.find(plugin, version);
    if (release) found.push(release);
    if (release && suitsHost(release.descriptor.requires, host)) break;
  }
  const suiting = found.find(({ descriptor }) => suitsHost(descriptor.requires, host)) ?? found[0];
  if (!suiting) throw versionNotFound(plugin, candidates[0], candidates);
  refuseUninstallable(suiting, trust);
  return suiting;
}

/** In place of a host whose nature is to stand in no plugin's way. */
export const anyHost: HostFacts = { kind: null, version: null };

/** Throws `host-unsuitable`. */
export function refuseUnsuitable({ plugin, version, descriptor }: InstallableRelease, host: HostFacts): void {
  if (!suitsHost(descriptor.requires, host)) throw hostUnsuitable(plugin, version, descriptor.requires, host);
}
