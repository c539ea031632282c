import type { Clock } from '#kernel';
import { parseDistTag } from './dist-tag.js';
import { packageVersionNotFound } from './npm-errors.js';
import type { PackageRights } from '../package-rights.js';
import type { PackageUpkeep } from '../package-upkeep.js';
import type { Uploader } from '../upload-package.js';

/** Points one of npm's dist-tags to a version. */
export class PointDistTag {
  constructor(
    private readonly rights: PackageRights,
    private readonly upkeep: PackageUpkeep,
    private readonly clock: Clock,
  ) {}

  /** Throws `invalid-dist-tag`, `package-version-not-found` and what PackageRights.manage throws. */
  async run(name: string, written: string, version: string, who: Uploader): Promise<void> {
    const tag = parseDistTag(written);
    const found = await this.rights.manage('npm', name, who);
    const target = found.versions.find((one) => one.version === version);
    if (!target || target.quarantined !== null) throw packageVersionNotFound(name, version);
    if (found.tags[tag] === version) return;
    const act = {
      actor: who.actor,
      action: 'point-dist-tag',
      target: `package:npm:${name}`,
      reason: null,
      details: { tag, version },
      at: this.clock.now(),
    };
    await this.upkeep.pointTag({ side: 'npm', name, act }, tag, version);
  }
}
