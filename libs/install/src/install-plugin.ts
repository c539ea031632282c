import { randomUUID } from 'node:crypto';
import { anyHost } from '#descriptor';
import { makeApiKey } from '#kernel';
import type { Actor, ApiKey, Clock, PluginId } from '#kernel';
import type { Selector } from './choose-release.js';
import type { HostStore } from './host-store.js';
import type { MoveInstallation } from './move-installation.js';
import { hostNotFound, yanked } from './errors.js';
import { findInstallable, refuseUnsuitable } from './find-installable.js';
import type { Installation, InstallationStore, InstallableReleases } from './installation.js';
import type { Trust } from './installable-release.js';

export interface InstallRequest {
  readonly hostId: string;
  /** The installation's id, where the host chose one, so that it finds what it began whether or not it heard the answer. */
  readonly id: string | null;
  readonly plugin: PluginId;
  readonly selector: Selector;
  /** Null: as far as the store does; of what the host has already, as before. */
  readonly trust: Trust | null;
  readonly allowYanked: boolean;
  /** Whether what the plugin requires of its host stands in no way. */
  readonly ignoreRequires: boolean;
  readonly actor: Actor;
}

export interface InstallOutcome {
  readonly installation: Installation;
  /** Null when the host had the release already: its key was shown then. */
  readonly key: { readonly id: string; readonly secret: ApiKey } | null;
}

/** For what the host has already. */
const asItIs = { allowYanked: false, ignoreRequires: false };

/** Puts a release on a host and gives it a key of its own. */
export class InstallPlugin {
  constructor(
    private readonly releases: InstallableReleases,
    private readonly installations: InstallationStore,
    private readonly hosts: HostStore,
    private readonly moveInstallation: MoveInstallation,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `plugin-not-found`, `version-not-found`, `yanked`, `quarantined`, `not-trusted`, `not-installable`,
   * `host-unsuitable`, and `id-taken` where the id is another installation's.
   */
  async run(request: InstallRequest): Promise<InstallOutcome> {
    const trust = request.trust ?? 'trusted';
    const own = await this.hosts.find(request.hostId);
    if (!own) throw hostNotFound();
    const host = request.ignoreRequires ? anyHost : own;
    const release = await findInstallable(this.releases, request.plugin, request.selector, { trust, host });
    const present = await this.installations.findRelease(request.hostId, release.plugin, release.version);
    if (present) return { installation: await this.withTrust(present, request), key: null };
    if (release.state === 'yanked' && !request.allowYanked) {
      throw yanked(release.plugin, release.version, release.stateReason);
    }
    refuseUnsuitable(release, host);
    const now = this.clock.now();
    const installation: Installation = {
      id: request.id ?? randomUUID(),
      hostId: request.hostId,
      plugin: release.plugin,
      version: release.version,
      range: request.selector.kind === 'range' ? request.selector.range : null,
      channel: request.selector.kind === 'channel' ? request.selector.channel : null,
      trust,
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
    if (!winner) return { installation, key };
    return { installation: await this.withTrust(winner, request), key: null };
  }

  /** Who asks again with another trust means it: a host must not believe in less than holds. */
  private async withTrust(present: Installation, { trust, actor }: InstallRequest): Promise<Installation> {
    if (trust === null || trust === present.trust) return present;
    const { hostId, id } = present;
    return this.moveInstallation.run({ hostId, id, selector: null, trust, ...asItIs, actor });
  }
}
