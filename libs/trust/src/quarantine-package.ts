import type { Actor, Clock } from '#kernel';
import type { ModerationStore } from './moderation-store.js';
import type { PackageVersionName, QuarantineFollowers } from './quarantine.js';

/** Stops a package version by itself, or takes that back; the releases that pin it follow. */
export class QuarantinePackage {
  constructor(
    private readonly moderation: ModerationStore,
    private readonly clock: Clock,
  ) {}

  /** `reason` null takes the quarantine back, for what is said in `why`. Answers with what followed. */
  async run(
    name: PackageVersionName,
    { reason, why }: { readonly reason: string | null; readonly why: string | null },
    actor: Actor,
  ): Promise<QuarantineFollowers> {
    const at = this.clock.now();
    return this.moderation.quarantinePackage(name, reason === null ? null : { reason, at }, {
      actor,
      action: reason === null ? 'lift-package-quarantine' : 'quarantine-package',
      target: `package:${name.side}:${name.package}@${name.version}`,
      reason: reason ?? why,
      details: {},
      at,
    });
  }
}
