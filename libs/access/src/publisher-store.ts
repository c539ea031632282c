import type { AuditedAct } from '#kernel';
import type { MemberRole } from './authorize.js';
import type { Publisher, PublisherMember, Trust } from './publisher.js';

/** Keeps publishers and their members. Each act goes into the audit log with the change it names, or not at all. */
export abstract class PublisherStore {
  /** Throws `publisher-taken` when there is one of that id. */
  abstract add(publisher: Publisher, ownerId: string, act: AuditedAct): Promise<void>;
  abstract find(id: string): Promise<Publisher | undefined>;
  /** By name; as many as a publisher may have. */
  abstract members(id: string): Promise<readonly PublisherMember[]>;
  /**
   * Adds the account or changes its role. Throws `last-owner` where the publisher would have none, however many
   * change at once, and `too-many-members`.
   */
  abstract setMember(id: string, accountId: string, role: MemberRole, act: AuditedAct): Promise<void>;
  /** Throws `last-owner` as `setMember` does, and `member-not-found`. */
  abstract removeMember(id: string, accountId: string, act: AuditedAct): Promise<void>;
  /** Also tells of every plugin of the publisher that it changed. */
  abstract setTrust(id: string, trust: Trust, act: AuditedAct): Promise<void>;
}
