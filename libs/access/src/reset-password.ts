import type { Actor, Clock } from '#kernel';
import type { AccountStore } from './account-store.js';
import { accountNotFound } from './errors.js';
import { makePassword } from './make-password.js';
import type { Passwords } from './passwords.js';

/** Gives an account another password on the word of whoever runs the store, and ends all of its sessions; tokens live on. */
export class ResetPassword {
  constructor(
    private readonly accounts: AccountStore,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
  ) {}

  /**
   * Gives the password that holds now: `chosen`, or one that is made. Throws `account-not-found`, or what a new password is
   * refused with.
   */
  async run(username: string, chosen: string | undefined, operator: Actor): Promise<string> {
    const account = await this.accounts.findByUsername(username);
    if (account === undefined) throw accountNotFound(username);
    const password = chosen ?? makePassword();
    await this.accounts.setPassword(account.id, await this.passwords.hashNew(password), {
      actor: operator,
      action: 'reset-password',
      target: `account:${account.username}`,
      reason: null,
      details: {},
      at: this.clock.now(),
    });
    return password;
  }
}
