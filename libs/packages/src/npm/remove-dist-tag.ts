import type { Clock } from '#kernel';
import { distTagNotFound, latestIsNeeded } from './npm-errors.js';
import type { PackageRights } from '../package-rights.js';
import type { PackageUpkeep } from '../package-upkeep.js';
import type { Uploader } from '../upload-package.js';

/** Takes one of npm's dist-tags away. */
export class RemoveDistTag {
  constructor(
    private readonly rights: PackageRights,
    private readonly upkeep: PackageUpkeep,
    private readonly clock: Clock,
  ) {}

  /** Throws `latest-is-needed`, `dist-tag-not-found` and what PackageRights.manage throws. */
  async run(name: string, tag: string, who: Uploader): Promise<void> {
    await this.rights.manage('npm', name, who);
    if (tag === 'latest') throw latestIsNeeded();
    const act = {
      actor: who.actor,
      action: 'remove-dist-tag',
      target: `package:npm:${name}`,
      reason: null,
      details: { tag },
      at: this.clock.now(),
    };
    if (!(await this.upkeep.removeTag({ side: 'npm', name, act }, tag))) throw distTagNotFound(name, tag);
  }
}
