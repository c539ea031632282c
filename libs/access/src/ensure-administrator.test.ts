import { describe, expect, it } from '@jest/globals';
import { Clock } from '#kernel';
import type { AuditedAct } from '#kernel';
import { AccountStore } from './account-store.js';
import type { NewAccount } from './account-store.js';
import { EnsureAdministrator } from './ensure-administrator.js';
import { usernameTaken } from './errors.js';
import { FirstPasswordFile } from './first-password-file.js';
import { Passwords } from './passwords.js';

class StoppedClock extends Clock {
  now(): number {
    return 0;
  }
}

class FakeAccounts extends AccountStore {
  readonly accounts: NewAccount[] = [];
  fault: Error | undefined;

  async add(account: NewAccount, _act: AuditedAct): Promise<void> {
    const fault = this.fault;
    this.fault = undefined;
    if (fault) throw fault;
    if (this.accounts.some((other) => other.username === account.username))
      throw usernameTaken(account.username);
    this.accounts.push(account);
  }

  async hasAdministrator(): Promise<boolean> {
    return this.accounts.some((account) => account.roles.includes('administrator'));
  }

  find = this.notAsked;
  findByUsername = this.notAsked;
  signInFacts = this.notAsked;
  setRoles = this.notAsked;
  setPassword = this.notAsked;
  memberships = this.notAsked;

  private notAsked(): never {
    throw new Error('The first start does not ask this.');
  }
}

class FakeFile extends FirstPasswordFile {
  readonly path = '/nowhere';
  text: string | undefined;

  async read(): Promise<string | undefined> {
    return this.text;
  }

  async write(password: string): Promise<void> {
    this.text = password;
  }

  async remove(): Promise<void> {
    this.text = undefined;
  }
}

function firstStart() {
  const accounts = new FakeAccounts();
  const file = new FakeFile();
  const passwords = new Passwords({ memoryCost: 8, timeCost: 1 });
  const ensure = new EnsureAdministrator(accounts, passwords, file, new StoppedClock());
  return { accounts, file, passwords, ensure };
}

const made = { username: 'admin', password: null };

describe('EnsureAdministrator', () => {
  it('makes one administrator, whose password is in the file', async () => {
    const { accounts, file, passwords, ensure } = firstStart();
    expect([await ensure.run(made), await ensure.run(made)]).toEqual([true, false]);
    expect(accounts.accounts).toHaveLength(1);
    const hash = accounts.accounts[0]?.passwordHash;
    expect(await passwords.fits(hash, file.text ?? '', () => undefined)).toBe(true);
  });

  it('stopped between file and account, goes on with the password that is there', async () => {
    const { accounts, file, passwords, ensure } = firstStart();
    accounts.fault = new Error('The machine stopped.');
    await expect(ensure.run(made)).rejects.toThrow('stopped');
    const written = file.text ?? '';
    await ensure.run(made);
    expect(file.text).toBe(written);
    expect(await passwords.fits(accounts.accounts[0]?.passwordHash, written, () => undefined)).toBe(true);
  });

  it('takes its password away again where another replica was quicker', async () => {
    const { accounts, file, ensure } = firstStart();
    const add = accounts.add.bind(accounts);
    accounts.add = async (account, act) => {
      await add({ ...account, passwordHash: 'of the other replica' }, act);
      await add(account, act);
    };
    expect(await ensure.run(made)).toBe(false);
    expect(file.text).toBeUndefined();
  });

  it('keeps a chosen password in no file, and says when the name is somebody else’s', async () => {
    const { accounts, file, ensure } = firstStart();
    accounts.accounts.push({
      id: '1',
      username: 'admin',
      email: null,
      roles: [],
      createdAt: 0,
      passwordHash: '',
    });
    const chosen = { username: 'admin', password: 'chosen' };
    await expect(ensure.run(chosen)).rejects.toThrow('MORTISE_ADMIN_USERNAME');
    await ensure.run({ ...chosen, username: 'root' });
    expect(file.text).toBeUndefined();
  });
});
