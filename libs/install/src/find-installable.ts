import type { PluginId } from '#kernel';
import { chooseRelease } from './choose-release.js';
import type { Selector } from './choose-release.js';
import { pluginNotFound, versionNotFound } from './errors.js';
import type { InstallableRelease, Trust } from './installable-release.js';
import type { InstallableReleases } from './installation.js';
import { refuseUninstallable } from './manifest.js';

/** The release that `selector` means, once it is sure that its manifest would be handed out. */
export async function findInstallable(
  releases: InstallableReleases,
  plugin: PluginId,
  selector: Selector,
  trust: Trust,
): Promise<InstallableRelease> {
  const choices = await releases.choices(plugin);
  const visible = choices && {
    ...choices,
    releases: choices.releases.filter((one) => one.review === 'approved'),
  };
  if (!visible || visible.releases.length === 0) throw pluginNotFound(plugin);
  const version = chooseRelease(visible, selector);
  const release = await releases.find(plugin, version);
  if (!release) throw versionNotFound(plugin, version);
  refuseUninstallable(release, trust);
  return release;
}
