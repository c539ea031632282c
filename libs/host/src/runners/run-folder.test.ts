import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunFolder } from './run-folder.js';
import type { BackendToRun } from './runner.js';

const user = 30_123;
const asRoot = process.getuid?.() === 0 ? it : it.skip;

describe('RunFolder', () => {
  let scratch: string;
  let backend: BackendToRun;

  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'mortise-run-'));
    const configFile = join(scratch, 'config.json');
    const keyFile = join(scratch, 'key');
    writeFileSync(configFile, '{"config":{},"secrets":[]}');
    writeFileSync(keyFile, 'first key');
    backend = { configFile, keyFile, runFolder: join(scratch, 'run') } as unknown as BackendToRun;
  });
  afterEach(() => {
    rmSync(scratch, { recursive: true, force: true });
  });

  asRoot('lets a back end with a user of its own change nothing where root writes on', () => {
    const folder = new RunFolder(backend, user);
    for (const closed of [folder.path, folder.given]) {
      expect(statSync(closed)).toMatchObject({ uid: 0 });
      expect(statSync(closed).mode & 0o777).toBe(0o711);
    }
    for (const open of [folder.own, folder.temporary]) expect(statSync(open).uid).toBe(user);
    for (const file of [folder.config, folder.key]) {
      expect(statSync(file).uid).toBe(user);
      expect(statSync(file).mode & 0o777).toBe(0o400);
    }
  });

  it('follows no link to where it puts a new key', () => {
    const folder = new RunFolder(backend, undefined);
    const victim = join(scratch, 'victim');
    writeFileSync(victim, 'untouched');
    symlinkSync(victim, `${folder.key}.new`);
    writeFileSync(backend.keyFile, 'the second key');
    folder.followKey();
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
    expect(lstatSync(folder.key).isSymbolicLink()).toBe(false);
    expect(readFileSync(folder.key, 'utf8')).toBe('the second key');
    expect(folder.secrets).toEqual(['the second key', 'first key']);
  });

  it('knows secrets of the configuration at any depth', () => {
    const config = {
      token: 'top-secret',
      servers: [{ name: 'visible', password: 'secret of a row' }, { password: 'and of another' }],
      keys: ['one of a list'],
      port: 1234,
    };
    writeFileSync(
      backend.configFile,
      JSON.stringify({ config, secrets: ['token', 'password', 'keys', 'port'] }),
    );
    expect([...new RunFolder(backend, undefined).secrets].sort()).toEqual([
      'and of another',
      'first key',
      'one of a list',
      'secret of a row',
      'top-secret',
    ]);
  });

  it('hands over a key later that could not be written at first', () => {
    const folder = new RunFolder(backend, undefined);
    rmSync(folder.given, { recursive: true });
    writeFileSync(backend.keyFile, 'the second key');
    expect(() => folder.followKey()).toThrow();
    mkdirSync(folder.given);
    folder.followKey();
    expect(readFileSync(folder.key, 'utf8')).toBe('the second key');
  });
});
