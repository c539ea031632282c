import { limits } from '#kernel';
import { usernameKey } from './account.js';
import type { AccountStore } from './account-store.js';
import type { Passwords } from './passwords.js';
import type { SignInThrottle } from './sign-in-throttle.js';

/** Tells whether somebody knows an account's password, and slows down whoever guesses. */
export class CheckPassword {
  constructor(
    private readonly accounts: AccountStore,
    private readonly passwords: Passwords,
    private readonly throttle: SignInThrottle,
  ) {}

  /**
   * The id of the account; undefined where name or password is wrong, in the same time. `address` is where the guess
   * comes from. Throws `too-many-failed-sign-ins` or `busy`.
   */
  async run(username: string, password: string, address: string): Promise<string | undefined> {
    const key = usernameKey(username.slice(0, limits.usernameCharacters));
    const admit = (): void => this.throttle.admit(key, address);
    admit();
    const facts = await this.accounts.signInFacts(username);
    // Asked again when it is this guess's turn, so that many at once gain nothing.
    if (!(await this.passwords.fits(facts?.passwordHash, password, admit))) {
      this.throttle.failed(key, address);
      return undefined;
    }
    this.throttle.succeeded(key, address);
    return facts?.id;
  }
}
