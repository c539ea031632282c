import type { AccountStore } from './account-store.js';
import type { CheckPassword } from './check-password.js';
import { accountUnknown, signInFailed } from './errors.js';
import { anonymous } from './principal.js';
import type { RegisterAccount } from './register-account.js';

export interface ClientLogin {
  readonly username: string;
  readonly password: string;
  /** Clients send it where they ask for a new account; null: without an address. */
  readonly email: string | null | undefined;
  /** From where, as far as the network tells. */
  readonly address: string;
}

/** Signs in whoever types name and password into a package client; `npm adduser` makes the account first. */
export class LogInClient {
  constructor(
    private readonly accounts: AccountStore,
    private readonly checkPassword: CheckPassword,
    private readonly registerAccount: RegisterAccount,
    private readonly signUp: { readonly open: boolean },
  ) {}

  /** The id of the account. Throws `sign-in-failed`, `account-unknown`, and what CheckPassword and RegisterAccount throw. */
  async run({ username, password, email, address }: ClientLogin): Promise<string> {
    const isKnown = (await this.accounts.findByUsername(username)) !== undefined;
    if (!isKnown && email !== undefined) {
      return (await this.registerAccount.run({ username, password, email }, anonymous)).id;
    }
    const accountId = await this.checkPassword.run(username, password, address);
    if (accountId !== undefined) return accountId;
    throw isKnown || !this.signUp.open ? signInFailed() : accountUnknown(username);
  }
}
