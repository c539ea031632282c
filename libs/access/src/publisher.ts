import type { MemberRole } from './authorize.js';

export type Trust = 'trusted' | 'untrusted';

/** A namespace with members. */
export interface Publisher {
  /** The normalised name. */
  readonly id: string;
  /** As it was written. */
  readonly name: string;
  readonly title: string | null;
  /** What its releases start with. */
  readonly trust: Trust;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface PublisherMember {
  readonly username: string;
  readonly role: MemberRole;
  readonly addedAt: number;
}
