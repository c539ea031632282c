import { bestSuiting, suitsHost } from '#descriptor';
import type { HostFacts } from '#descriptor';
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
  const best = await bestSuiting(
    candidates,
    (version) => releases.find(plugin, version),
    ({ descriptor }) => suitsHost(descriptor.requires, host),
  );
  if (!best) throw versionNotFound(plugin, candidates[0], candidates);
  refuseUninstallable(best, trust);
  return best;
}

/** Throws `host-unsuitable`. */
export function refuseUnsuitable({ plugin, version, descriptor }: InstallableRelease, host: HostFacts): void {
  if (!suitsHost(descriptor.requires, host)) throw hostUnsuitable(plugin, version, descriptor.requires, host);
}
