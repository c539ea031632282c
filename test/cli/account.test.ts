import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FolderLock } from '#host';
import { CredentialFile } from '../../apps/cli/src/credential-file.js';
import { processAdmin, StoreProcess } from '../store-process.js';
import { leakedIn, Typist } from './mortise.js';

let folder: string;
let store: StoreProcess;
let typist: Typist;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-cli-'));
  store = await StoreProcess.start(folder);
});

afterAll(async () => {
  await store.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  typist = new Typist(store.address);
});

afterEach(() => {
  expect(leakedIn(typist.printed)).toBeUndefined();
  typist.leave();
});

const credentials = () => JSON.parse(readFileSync(typist.credentialFile, 'utf8'));

const statusWith = async (token: string): Promise<number> => {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${store.address}/api/v1/accounts/me`, { headers })).status;
};

describe('signing in', () => {
  it('keeps a token with the scopes that were asked for, in a file of its owner alone, and never the password', async () => {
    await typist.signIn('--scope', 'publish', '--scope', 'read');
    expect(statSync(typist.credentialFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(typist.credentialFile, 'utf8')).not.toContain(processAdmin.password);
    const { token, scopes, username } = credentials().stores[store.address];
    expect([token.slice(0, 8), scopes, username]).toEqual(['mrt_pat_', ['publish', 'read'], 'admin']);
    expect(await typist.json('whoami')).toMatchObject({ username: 'admin', roles: ['administrator'] });
  });

  it('takes the password from the environment, and a token from stdin', async () => {
    const environment = { MORTISE_CLI_USERNAME: 'admin', MORTISE_CLI_PASSWORD: processAdmin.password };
    expect((await typist.run(['login'], { environment })).code).toBe(0);
    const { token } = credentials().stores[store.address];
    rmSync(typist.credentialFile);
    const brought = await typist.run(['login', '--token'], { input: `${token}\n` });
    expect([brought.code, brought.stdout]).toEqual([0, `Signed in to ${store.address} as admin.\n`]);
  });

  it('again revokes the token that it replaces, but none that was brought along or is brought again', async () => {
    await typist.signIn('--scope', 'publish');
    const first = credentials().stores[store.address].token;
    await typist.signIn();
    const second = credentials().stores[store.address].token;
    expect([await statusWith(first), await statusWith(second)]).toEqual([401, 200]);
    await typist.run(['login', '--token'], { input: `${second}\n` });
    await typist.signIn();
    expect(await statusWith(second)).toBe(200);
  });

  it('ends by revoking the token and forgetting it', async () => {
    await typist.signIn();
    const { token } = credentials().stores[store.address];
    expect(await typist.json('logout')).toMatchObject({ signed_out: true, revoked: true });
    expect([await statusWith(token), credentials().stores]).toEqual([401, {}]);
    expect((await typist.run(['whoami'])).code).toBe(3);
    expect(await typist.json('logout')).toMatchObject({ signed_out: false });
  });

  it('never asks where there is no terminal: it says what to give instead', async () => {
    const withoutName = await typist.run(['login']);
    expect([withoutName.code, withoutName.stderr]).toEqual([2, expect.stringContaining('--username')]);
    const withoutPassword = await typist.run(['login', '--username', 'ada']);
    expect([withoutPassword.code, withoutPassword.stderr]).toEqual([
      2,
      expect.stringContaining('MORTISE_CLI_PASSWORD'),
    ]);
  });

  it('tells a wrong password and a wrong token, and ends with 3', async () => {
    const wrong = await typist.run(['login', '--username', 'admin'], { input: 'not that one\n' });
    expect([wrong.code, existsSync(typist.credentialFile) && Object.keys(credentials().stores)]).toEqual([
      3,
      [],
    ]);
    expect(wrong.stderr).toContain('admin-password');
    expect(wrong.stderr).not.toContain('`mortise login` signs in');
    const environment = { MORTISE_CLI_TOKEN: `mrt_pat_${'x'.repeat(49)}` };
    const token = await typist.run(['whoami', '--json'], { environment });
    expect([token.code, token.stdout]).toEqual([3, '']);
    expect(JSON.parse(token.stderr).error).toMatchObject({
      code: expect.stringMatching(/credential|token|unauthenticated/),
      message: expect.stringContaining('MORTISE_CLI_TOKEN is set'),
    });
  });
});

describe('a host that the store refuses', () => {
  it('leaves nothing behind', async () => {
    const environment = { MORTISE_CLI_TOKEN: `mrt_pat_${'x'.repeat(49)}` };
    expect((await typist.run(['init'], { environment })).code).toBe(3);
    expect(readdirSync(typist.work)).toEqual([]);
  });
});

describe('the file of the credentials', () => {
  it('keeps what each of several sign-ins at once brings', async () => {
    const addresses = [store.address, store.address.replace('127.0.0.1', 'localhost')];
    await Promise.all([...addresses, ...addresses].map((address) => typist.signIn('--store', address)));
    expect(Object.keys(credentials().stores).sort()).toEqual(addresses.sort());
  });

  it('is told to be in use, by the process that has it', async () => {
    const lock = await FolderLock.take(join(typist.home, 'credentials.json.lock'));
    try {
      await expect(new CredentialFile(typist.home, 0).forget(store.address)).rejects.toMatchObject({
        code: 'credentials-busy',
        message: `Another process (${process.pid}) is at work on ${join(typist.home, 'credentials.json')}: let it finish, or end it, and do this again.`,
      });
    } finally {
      lock.release();
    }
  });

  it('is not used when others can read it, and says how to mend that', async () => {
    await typist.signIn();
    chmodSync(typist.credentialFile, 0o644);
    const { code, stderr } = await typist.run(['whoami']);
    expect([code, stderr]).toEqual([3, expect.stringContaining(`chmod 600 ${typist.credentialFile}`)]);
  });

  it('is told to be damaged, not overwritten', async () => {
    await typist.signIn();
    writeFileSync(typist.credentialFile, '{"stores": ');
    const { code, stderr } = await typist.run(['login', '-u', 'admin'], {
      input: `${processAdmin.password}\n`,
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining('remove it')]);
    expect(readFileSync(typist.credentialFile, 'utf8')).toBe('{"stores": ');
  });

  it('is not needed where there is no home, and missed with what to do', async () => {
    const environment = { HOME: undefined, MORTISE_CLI_TOKEN: undefined };
    expect((await typist.run(['search'], { environment })).code).toBe(0);
    const { code, stderr } = await typist.run(['login', '-u', 'admin'], { environment, input: 'x\n' });
    expect([code, stderr]).toEqual([2, expect.stringContaining('MORTISE_CLI_CONFIG')]);
  });

  it('says so before anything is asked of the store where it can’t be written', async () => {
    writeFileSync(join(typist.home, 'file'), '');
    const environment = { MORTISE_CLI_CONFIG: join(typist.home, 'file', 'below') };
    const { code, stderr } = await typist.run(['login', '-u', 'admin'], {
      environment,
      input: `${processAdmin.password}\n`,
    });
    expect([code, stderr]).toEqual([1, expect.stringContaining('can be written')]);
  });
});

describe('what is not understood', () => {
  it.each([
    [['whomi'], 'Did you mean whoami?'],
    [['help', 'whomi'], 'Did you mean whoami?'],
    [['--no-color'], 'There is no command.'],
    [['channel', 'a/b', '--remove'], 'Which channel?'],
    [['install'], 'Usage: mortise install [options] <plugin>'],
    [['whoami', '--jsn'], "Unknown option '--jsn'"],
    [['search', '--limit', '0'], 'from 1 to 100'],
    [['show', 'kube'], 'publisher/plugin'],
    [['yank', 'a/b', '--reason', 'x'], 'Which version?'],
    [['yank', 'a/b@1.0.0'], '--reason'],
    [['whoami', '--store', 'ftp://x'], 'not the address of a store'],
    [['whoami', '--store', 'http://ada:secret@x'], 'no user and no password'],
  ])('%j ends with 2 and a sentence', async (args, sentence) => {
    const { code, stdout, stderr } = await typist.run(args);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(sentence)]);
  });

  it('names a setting that there is not', async () => {
    const { code, stderr } = await typist.run(['search'], { environment: { MORTISE_CLI_TOKN: 'x' } });
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean MORTISE_CLI_TOKEN?\n')]);
  });

  it('ends with 5 where the store is away, and 4 where there is no such plugin', async () => {
    const away = await typist.run(['search', '--store', 'http://127.0.0.1:1', '--json']);
    expect([away.code, JSON.parse(away.stderr).error.code]).toEqual([5, 'store-unreachable']);
    expect((await typist.run(['show', 'nobody/nothing'])).code).toBe(4);
  });

  it('shows its help to who types nothing, and the version to who asks', async () => {
    const help = await typist.run([]);
    expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('Write and publish:')]);
    expect((await typist.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
