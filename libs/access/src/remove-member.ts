import type { Clock } from '#kernel';
import type { AccountStore } from './account-store.js';
import { actorOf } from './actor-of.js';
import { accountNotFound, notAMember } from './errors.js';
import type { AccountPrincipal } from './principal.js';
import type { Principals } from './principals.js';
import type { PublisherStore } from './publisher-store.js';

/** Ends a membership: an owner ends any, everybody their own. */
export class RemoveMember {
  constructor(
    private readonly publishers: PublisherStore,
    private readonly accounts: AccountStore,
    private readonly principals: Principals,
    private readonly clock: Clock,
  ) {}

  /** Throws `not-a-member`, `account-not-found`, `member-not-found` or `last-owner`. */
  async run(publisher: string, username: string, caller: AccountPrincipal): Promise<void> {
    const account = await this.accounts.findByUsername(username);
    if (account?.id !== caller.accountId) {
      const role = await this.principals.memberRole(publisher, caller.accountId);
      if (role !== 'owner') throw notAMember(publisher, 'owner');
    }
    if (!account) throw accountNotFound(username);
    await this.publishers.removeMember(publisher, account.id, {
      actor: actorOf(caller),
      action: 'remove-member',
      target: `publisher:${publisher}`,
      reason: null,
      details: { member: account.username },
      at: this.clock.now(),
    });
  }
}
