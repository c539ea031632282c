import type { AuditedAct, Clock } from '#kernel';
import {
  maintainersAreForMembers,
  memberIsMaintainer,
  noMaintainerLeft,
  packageChanged,
  unpublishRefused,
} from './npm-errors.js';
import type { NpmChange } from './npm-change.js';
import { npmRevision } from './npm-revision.js';
import type { ManagedPackage, PackageRights } from '../package-rights.js';
import type { PackageChange, PackageUpkeep } from '../package-upkeep.js';
import type { Uploader } from '../upload-package.js';

export interface NpmChangeRequest {
  readonly name: string;
  readonly change: NpmChange;
  /** Of the document that the client has changed; null where it does not say. */
  readonly revision: string | null;
  readonly who: Uploader;
}

const shownVersions = 100;

/**
 * Does what npm clients ask for by sending a package's whole document back: `npm deprecate` and `npm owner`. Nothing else
 * in the document is looked at, but that a version that is gone from it is an `npm unpublish`.
 */
export class ChangeNpmPackage {
  constructor(
    private readonly rights: PackageRights,
    private readonly upkeep: PackageUpkeep,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws what PackageRights.manage throws, `unpublish-refused`, `package-changed`, `member-is-maintainer`,
   * `maintainers-are-for-members`, `no-maintainer-left`, and what PackageUpkeep.changeMaintainers throws.
   */
  async run({ name, change, revision, who }: NpmChangeRequest): Promise<void> {
    const found = await this.rights.manage('npm', name, who);
    if (change.kind === 'versions') {
      if (revision !== null) refuseUnpublish(found, change.deprecations);
      await this.deprecate(found, change.deprecations, who);
    } else {
      if (revision !== null && revision !== npmRevision(found)) throw packageChanged(name);
      await this.changeMaintainers(found, change.usernames, who);
    }
  }

  private async deprecate(
    found: ManagedPackage,
    deprecations: ReadonlyMap<string, string | undefined>,
    who: Uploader,
  ): Promise<void> {
    const changes = new Map<string | null, string[]>();
    for (const { version, deprecated, yanked } of found.versions) {
      const sent = deprecations.get(version);
      const isShownForYank = yanked !== null && sent === `yanked: ${yanked.reason}`;
      if (sent === undefined || isShownForYank || sent === (deprecated ?? '')) continue;
      const message = sent === '' ? null : sent;
      changes.set(message, [...(changes.get(message) ?? []), version]);
    }
    for (const [message, versions] of changes) {
      const action = message === null ? 'undeprecate-package' : 'deprecate-package';
      const details = { versions: versions.slice(0, shownVersions), count: versions.length };
      await this.upkeep.deprecate(
        this.changeOf(found.name, who, { action, reason: message, details }),
        versions,
        message,
      );
    }
  }

  private async changeMaintainers(
    found: ManagedPackage,
    wanted: readonly string[],
    who: Uploader,
  ): Promise<void> {
    const { name, publisher, maintainers } = found;
    const known = new Set(maintainers.map((username) => username.toLowerCase()));
    const kept = new Set(wanted.map((username) => username.toLowerCase()));
    const added = wanted.filter((username) => !known.has(username.toLowerCase()));
    const removed = maintainers.filter((username) => !kept.has(username.toLowerCase()));
    if (added.length === 0 && removed.length === 0) return;
    if (wanted.length === 0) throw noMaintainerLeft(name);
    const own = new Set(await this.upkeep.addedMaintainers('npm', name));
    const member = removed.find((username) => !own.has(username));
    if (member !== undefined) throw memberIsMaintainer(member, publisher);
    const leavesAlone = added.length === 0 && removed.every((username) => username === who.actor.name);
    if (!who.memberOf.includes(publisher) && !leavesAlone) throw maintainersAreForMembers(publisher);
    const action = 'change-package-maintainers';
    const details = { added, removed };
    await this.upkeep.changeMaintainers(this.changeOf(name, who, { action, reason: null, details }), {
      added,
      removed,
    });
  }

  private changeOf(
    name: string,
    who: Uploader,
    act: Pick<AuditedAct, 'action' | 'reason' | 'details'>,
  ): PackageChange {
    const at = this.clock.now();
    return { side: 'npm', name, act: { ...act, actor: who.actor, target: `package:npm:${name}`, at } };
  }
}

/** A client that unpublishes a version sends the document without it first. */
function refuseUnpublish(found: ManagedPackage, sent: ReadonlyMap<string, unknown>): void {
  const gone = found.versions.find(({ version, quarantined }) => quarantined === null && !sent.has(version));
  if (gone) throw unpublishRefused(`${found.name} ${gone.version}`);
}
