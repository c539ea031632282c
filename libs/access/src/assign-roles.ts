import type { Clock } from '#kernel';
import type { Account } from './account.js';
import type { AccountStore } from './account-store.js';
import { actorOf } from './actor-of.js';
import { accountNotFound } from './errors.js';
import type { AccountPrincipal } from './principal.js';
import type { Role } from './role.js';

/** Says which roles an account has from now on; an administrator's decision. */
export class AssignRoles {
  constructor(
    private readonly accounts: AccountStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `account-not-found`, or `last-administrator` where nobody would be one afterwards. */
  async run(username: string, roles: readonly Role[], caller: AccountPrincipal): Promise<Account> {
    const account = await this.accounts.findByUsername(username);
    if (!account) throw accountNotFound(username);
    const assigned = [...new Set(roles)].sort();
    await this.accounts.setRoles(account.id, assigned, {
      actor: actorOf(caller),
      action: 'assign-roles',
      target: `account:${account.username}`,
      reason: null,
      details: { roles: assigned, before: account.roles },
      at: this.clock.now(),
    });
    return { ...account, roles: assigned };
  }
}
