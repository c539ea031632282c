import type { Clock } from '#kernel';
import type { AccountStore } from './account-store.js';
import { actorOf } from './actor-of.js';
import type { MemberRole } from './authorize.js';
import { accountNotFound } from './errors.js';
import type { AccountPrincipal } from './principal.js';
import type { PublisherStore } from './publisher-store.js';

/** Takes an account into a publisher, or changes what it is there; an owner's decision. */
export class SetMember {
  constructor(
    private readonly publishers: PublisherStore,
    private readonly accounts: AccountStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `account-not-found`, `last-owner` or `too-many-members`. */
  async run(publisher: string, username: string, role: MemberRole, caller: AccountPrincipal): Promise<void> {
    const account = await this.accounts.findByUsername(username);
    if (!account) throw accountNotFound(username);
    await this.publishers.setMember(publisher, account.id, role, {
      actor: actorOf(caller),
      action: 'set-member',
      target: `publisher:${publisher}`,
      reason: null,
      details: { member: account.username, role },
      at: this.clock.now(),
    });
  }
}
