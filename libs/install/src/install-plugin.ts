import { randomUUID } from 'node:crypto';
import { makeApiKey } from '#kernel';
import type { Actor, ApiKey, Clock, PluginId } from '#kernel';
import { chooseRelease } from './choose-release.js';
import type { Selector } from './choose-release.js';
import { pluginNotFound, versionNotFound, yanked } from './errors.js';
import type { Installation, InstallationStore, ReleaseSource } from './installation.js';
import type { InstallableRelease, Trust } from './installable-release.js';
import { refuseUninstallable } from './manifest.js';

export interface InstallRequest {
  readonly hostId: string;
  readonly plugin: PluginId;
  readonly selector: Selector;
  readonly trust: Trust;
  readonly allowYanked: boolean;
  readonly actor: Actor;
}

export interface InstallOutcome {
  readonly installation: Installation;
  /** Null when the host had the release already: its key was shown then. */
  readonly key: ApiKey | null;
}

/** Puts a release on a host and gives it a key of its own. */
export class InstallPlugin {
  constructor(
    private readonly releases: ReleaseSource,
    private readonly installations: InstallationStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `plugin-not-found`, `version-not-found`, `yanked`, `quarantined`, `not-trusted`, `not-installable`. */
  async run(request: InstallRequest): Promise<InstallOutcome> {
    const release = await findInstallable(this.releases, request.plugin, request.selector, request.trust);
    const present = await this.installations.findRelease(request.hostId, release.plugin, release.version);
    if (present) return { installation: present, key: null };
    if (release.state === 'yanked' && !request.allowYanked) {
      throw yanked(release.plugin, release.version, release.stateReason);
    }
    const now = this.clock.now();
    const installation: Installation = {
      id: randomUUID(),
      hostId: request.hostId,
      plugin: release.plugin,
      version: release.version,
      range: request.selector.kind === 'range' ? request.selector.range : null,
      channel: request.selector.kind === 'channel' ? request.selector.channel : null,
      trust: request.trust,
      createdAt: now,
      updatedAt: now,
    };
    const secret = makeApiKey('plugin');
    const key = {
      id: randomUUID(),
      name: null,
      secret,
      scopes: release.descriptor.permissions,
      createdAt: now,
      expiresAt: null,
    };
    const winner = await this.installations.add(installation, key, request.actor);
    return winner ? { installation: winner, key: null } : { installation, key: secret };
  }
}

/** The release that `selector` means, once it is sure that its manifest would be handed out. */
export async function findInstallable(
  releases: ReleaseSource,
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
