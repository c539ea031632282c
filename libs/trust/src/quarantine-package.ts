import { RegistryError } from '#kernel';
import type { Actor, Clock } from '#kernel';
import type { ModerationStore } from './moderation-store.js';
import type { PackageVersionName, QuarantineFollowers } from './quarantine.js';
import type { UpstreamVersions } from './upstream-versions.js';

/** Stops a package version by itself, or takes that back; the releases that pin it follow. */
export class QuarantinePackage {
  constructor(
    private readonly moderation: ModerationStore,
    private readonly upstream: UpstreamVersions,
    private readonly clock: Clock,
  ) {}

  /**
   * A version that upstream has is stopped though nobody pulled it yet: nobody will. `reason` null takes the quarantine back, for
   * what is said in `why`. Answers with what followed.
   */
  async run(
    name: PackageVersionName,
    { reason, why }: { readonly reason: string | null; readonly why: string | null },
    actor: Actor,
  ): Promise<QuarantineFollowers> {
    const at = this.clock.now();
    const decision = reason === null ? null : { reason, at };
    const act = {
      actor,
      action: reason === null ? 'lift-package-quarantine' : 'quarantine-package',
      target: `package:${name.side}:${name.package}@${name.version}`,
      reason: reason ?? why,
      details: {},
      at,
    };
    try {
      return await this.moderation.quarantinePackage(name, decision, act);
    } catch (error) {
      const isUnknown = error instanceof RegistryError && error.code === 'package-version-not-found';
      const found = isUnknown && decision ? await this.upstream.find(name) : undefined;
      if (!found) throw error;
      return this.moderation.quarantinePackage(found, decision, act, true);
    }
  }
}
