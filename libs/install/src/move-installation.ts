import { anyHost } from '#descriptor';
import { limits } from '#kernel';
import type { Actor, Clock } from '#kernel';
import type { Selector } from './choose-release.js';
import { hostNotFound, installationBusy, installationNotFound, yanked } from './errors.js';
import { findInstallable, refuseUnsuitable } from './find-installable.js';
import type { HostStore } from './host-store.js';
import type { Installation, InstallationStore, InstallableReleases } from './installation.js';
import type { Trust } from './installable-release.js';

/** What updates of an installation follow; both null for the newest. */
export type Following = Pick<Installation, 'range' | 'channel'>;

export interface MoveRequest {
  readonly hostId: string;
  readonly id: string;
  /** Null keeps the release. */
  readonly selector: Selector | null;
  /** What updates follow from now on; where undefined, what the selector says, or what it was. */
  readonly follows?: Following;
  /** Null keeps it. */
  readonly trust: Trust | null;
  readonly allowYanked: boolean;
  readonly ignoreRequires: boolean;
  readonly actor: Actor;
}

/** Takes an installation to another release, or changes how far it is trusted. Its id and keys stay. */
export class MoveInstallation {
  constructor(
    private readonly releases: InstallableReleases,
    private readonly installations: InstallationStore,
    private readonly hosts: HostStore,
    private readonly clock: Clock,
  ) {}

  async run(request: MoveRequest): Promise<Installation> {
    for (let attempt = 1; attempt <= limits.moveAttempts; attempt++) {
      const moved = await this.moveOnce(request);
      if (moved) return moved;
    }
    throw installationBusy();
  }

  /** Undefined where somebody else moved it meanwhile: what both asked for has to be put together anew. */
  private async moveOnce(request: MoveRequest): Promise<Installation | undefined> {
    const [current, own] = await Promise.all([
      this.installations.find(request.hostId, request.id),
      this.hosts.find(request.hostId),
    ]);
    if (!current) throw installationNotFound();
    if (!own) throw hostNotFound();
    const host = request.ignoreRequires ? anyHost : own;
    const trust = request.trust ?? current.trust;
    const selector: Selector = request.selector ?? { kind: 'version', version: current.version };
    const release = await findInstallable(this.releases, current.plugin, selector, { trust, host });
    const isNew = release.version !== current.version;
    if (isNew && release.state === 'yanked' && !request.allowYanked) {
      throw yanked(release.plugin, release.version, release.stateReason);
    }
    if (isNew) refuseUnsuitable(release, host);
    const moved: Installation = {
      ...current,
      version: release.version,
      ...followingOf(request, current),
      trust,
      updatedAt: this.clock.now(),
    };
    const scopes = release.descriptor.permissions;
    const move = { from: current, to: moved, scopes, actor: request.actor };
    return (await this.installations.move(move)) ? moved : undefined;
  }
}

function followingOf({ selector, follows }: MoveRequest, { range, channel }: Installation): Following {
  if (follows) return follows;
  if (!selector) return { range, channel };
  return {
    range: selector.kind === 'range' ? selector.range : null,
    channel: selector.kind === 'channel' ? selector.channel : null,
  };
}
