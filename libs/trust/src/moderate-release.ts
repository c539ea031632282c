import type { Actor, AuditedAct, Clock } from '#kernel';
import type { ModerationStore, ReviewDecision } from './moderation-store.js';
import type { QuarantineFollowers, ReleaseName } from './quarantine.js';

/** A moderator's word on a release: its trust, its review, or that it must stop now. */
export type ReleaseModeration =
  | { readonly kind: 'trust'; readonly trust: 'trusted' | 'untrusted' | null; readonly reason: string | null }
  | ({ readonly kind: 'review' } & ReviewDecision)
  | { readonly kind: 'quarantine'; readonly reason: string }
  | { readonly kind: 'lift-quarantine'; readonly reason: string | null };

const nothing: QuarantineFollowers = { packages: [], releases: [] };

/** Carries a moderator's decision out, with the person, the time and the reason. */
export class ModerateRelease {
  constructor(
    private readonly moderation: ModerationStore,
    private readonly clock: Clock,
  ) {}

  /** Answers with what followed from it. */
  async run(release: ReleaseName, decision: ReleaseModeration, actor: Actor): Promise<QuarantineFollowers> {
    const at = this.clock.now();
    const act = (action: string, details: AuditedAct['details'] = {}): AuditedAct => ({
      actor,
      action,
      target: `plugin:${release.plugin}@${release.version}`,
      reason: decision.reason,
      details,
      at,
    });
    switch (decision.kind) {
      case 'trust':
        await this.moderation.setTrust(
          release,
          decision.trust,
          act('set-release-trust', { trust: decision.trust }),
        );
        return nothing;
      case 'review':
        await this.moderation.setReview(
          release,
          decision,
          act('review-release', { review: decision.review }),
        );
        return nothing;
      case 'quarantine':
        return this.moderation.quarantineRelease(
          release,
          { reason: decision.reason, at },
          act('quarantine-release'),
        );
      case 'lift-quarantine':
        return this.moderation.quarantineRelease(release, null, act('lift-quarantine'));
    }
  }
}
