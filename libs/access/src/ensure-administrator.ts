import { randomUUID } from 'node:crypto';
import { RegistryError } from '#kernel';
import type { Clock } from '#kernel';
import { parseUsername } from './account.js';
import type { AccountStore } from './account-store.js';
import { firstAdministratorTaken } from './errors.js';
import type { FirstPasswordFile } from './first-password-file.js';
import { makePassword } from './make-password.js';
import type { Passwords } from './passwords.js';

export interface FirstAdministrator {
  readonly username: string;
  /** Null: one is made, and put into a file. */
  readonly password: string | null;
}

/**
 * Makes the administrator of a store that has none. A password that nobody chose is in its file before the account
 * exists, and an earlier start's file is used again, so that a start killed at any moment is mended by the next one.
 */
export class EnsureAdministrator {
  constructor(
    private readonly accounts: AccountStore,
    private readonly passwords: Passwords,
    private readonly file: FirstPasswordFile,
    private readonly clock: Clock,
  ) {}

  /** Whether this start made the administrator. Throws where the name belongs to somebody who isn't one. */
  async run(first: FirstAdministrator): Promise<boolean> {
    if (await this.accounts.hasAdministrator()) return false;
    const username = parseUsername(first.username);
    const password = first.password ?? (await this.madePassword());
    try {
      await this.add(username, await this.passwords.hash(password));
      return true;
    } catch (error) {
      if (!(error instanceof RegistryError && error.code === 'username-taken')) throw error;
      // Another replica was quicker, with a password of its own.
      if (first.password === null) await this.file.remove();
      if (await this.accounts.hasAdministrator()) return false;
      throw firstAdministratorTaken(username);
    }
  }

  private async madePassword(): Promise<string> {
    const earlier = await this.file.read();
    if (earlier !== undefined) return earlier;
    const password = makePassword();
    await this.file.write(password);
    return password;
  }

  private async add(username: string, passwordHash: string): Promise<void> {
    const now = this.clock.now();
    await this.accounts.add(
      { id: randomUUID(), username, email: null, roles: ['administrator'], createdAt: now, passwordHash },
      {
        actor: { kind: 'system', id: null, name: 'first start' },
        action: 'create-account',
        target: `account:${username}`,
        reason: 'The store had no administrator.',
        details: { roles: ['administrator'] },
        at: now,
      },
    );
  }
}
