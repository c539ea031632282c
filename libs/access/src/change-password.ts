import type { Clock } from '#kernel';
import type { AccountStore } from './account-store.js';
import { actorOf } from './actor-of.js';
import type { CheckPassword } from './check-password.js';
import { wrongPassword } from './errors.js';
import type { Passwords } from './passwords.js';
import type { AccountPrincipal } from './principal.js';

export interface PasswordChange {
  readonly oldPassword: string;
  readonly newPassword: string;
  readonly address: string;
}

/** Gives one's own account another password and ends all of its sessions; tokens live on. */
export class ChangePassword {
  constructor(
    private readonly accounts: AccountStore,
    private readonly passwords: Passwords,
    private readonly checkPassword: CheckPassword,
    private readonly clock: Clock,
  ) {}

  /** Throws `wrong-password`, slowed down as sign-ins are, or what a new password is refused with. */
  async run(change: PasswordChange, caller: AccountPrincipal): Promise<void> {
    const { oldPassword, newPassword, address } = change;
    const known = await this.checkPassword.run(caller.username, oldPassword, address);
    if (known === undefined) throw wrongPassword();
    const passwordHash = await this.passwords.hashNew(newPassword);
    await this.accounts.setPassword(caller.accountId, passwordHash, {
      actor: actorOf(caller),
      action: 'change-password',
      target: `account:${caller.username}`,
      reason: null,
      details: {},
      at: this.clock.now(),
    });
  }
}
