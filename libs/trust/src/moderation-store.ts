import type { AuditedAct } from '#kernel';
import type { PackageVersionName, Quarantine, QuarantineFollowers, ReleaseName } from './quarantine.js';

/** A moderator's word on a release's review. */
export interface ReviewDecision {
  readonly review: 'approved' | 'rejected';
  readonly reason: string;
}

/**
 * Keeps what moderators decide, each decision with its audit entry and its announcement in one transaction. Throws
 * `plugin-not-found`, `version-not-found` and `package-version-not-found` for what there isn't.
 */
export abstract class ModerationStore {
  /** Null returns the release to its publisher's trust. */
  abstract setTrust(
    release: ReleaseName,
    trust: 'trusted' | 'untrusted' | null,
    act: AuditedAct,
  ): Promise<void>;
  abstract setReview(release: ReleaseName, decision: ReviewDecision, act: AuditedAct): Promise<void>;
  /**
   * Says whether the release itself is quarantined, and lets follow what follows by `quarantineOfPackage` and
   * `quarantineOfRelease`, both ways. Answers with all that follows from it now.
   */
  abstract quarantineRelease(
    release: ReleaseName,
    decision: Quarantine | null,
    act: AuditedAct,
  ): Promise<QuarantineFollowers>;
  /**
   * As `quarantineRelease`, for a package version by itself, in any spelling of its version. `isUpstreams`: upstream has
   * it, so that it is kept in mind though the store has no file of it; not where the name has an owner here.
   */
  abstract quarantinePackage(
    name: PackageVersionName,
    decision: Quarantine | null,
    act: AuditedAct,
    isUpstreams?: boolean,
  ): Promise<QuarantineFollowers>;
}
