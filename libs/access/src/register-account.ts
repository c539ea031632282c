import { randomUUID } from 'node:crypto';
import type { Clock } from '#kernel';
import { parseUsername } from './account.js';
import type { Account } from './account.js';
import type { AccountStore } from './account-store.js';
import { actorOf } from './actor-of.js';
import { signUpClosed } from './errors.js';
import type { Passwords } from './passwords.js';
import type { Principal } from './principal.js';

export interface Registration {
  readonly username: string;
  readonly password: string;
  readonly email: string | null;
}

/** Makes an account: for anybody while sign-up is open, else only for an administrator. */
export class RegisterAccount {
  constructor(
    private readonly accounts: AccountStore,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
    private readonly signUp: { readonly open: boolean },
  ) {}

  /** Throws `sign-up-closed`, `invalid-username`, `username-taken`, `password-too-short` or `password-too-long`. */
  async run(registration: Registration, caller: Principal): Promise<Account> {
    const administrator = caller.kind === 'account' && caller.scopes.includes('admin') ? caller : undefined;
    if (!this.signUp.open && !administrator) throw signUpClosed();
    const username = parseUsername(registration.username);
    const passwordHash = await this.passwords.hashNew(registration.password);
    const now = this.clock.now();
    const account = { id: randomUUID(), username, email: registration.email, roles: [], createdAt: now };
    await this.accounts.add(
      { ...account, passwordHash },
      {
        actor: administrator ? actorOf(administrator) : { kind: 'account', id: account.id, name: username },
        action: 'create-account',
        target: `account:${username}`,
        reason: null,
        details: {},
        at: now,
      },
    );
    return account;
  }
}
