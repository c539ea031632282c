import type { AuditedAct } from '#kernel';
import type { Account } from './account.js';
import type { MemberRole } from './authorize.js';
import type { Role } from './role.js';

export interface NewAccount extends Account {
  readonly passwordHash: string;
}

export interface SignInFacts {
  readonly id: string;
  readonly passwordHash: string;
}

export interface Membership {
  /** The publisher's id. */
  readonly publisher: string;
  readonly role: MemberRole;
}

/** Keeps accounts. Each act goes into the audit log with the change it names, or not at all. */
export abstract class AccountStore {
  /** Throws `username-taken` when another account has the name, in any case. */
  abstract add(account: NewAccount, act: AuditedAct): Promise<void>;
  abstract find(id: string): Promise<Account | undefined>;
  abstract findByUsername(username: string): Promise<Account | undefined>;
  abstract signInFacts(username: string): Promise<SignInFacts | undefined>;
  abstract hasAdministrator(): Promise<boolean>;
  /** Throws `last-administrator` where nobody would be one afterwards, however many are demoted at once. */
  abstract setRoles(id: string, roles: readonly Role[], act: AuditedAct): Promise<void>;
  /** Also ends every session of the account. */
  abstract setPassword(id: string, passwordHash: string, act: AuditedAct): Promise<void>;
  /** The publishers that the account belongs to, by name, as many as may be shown. */
  abstract memberships(id: string): Promise<readonly Membership[]>;
}
