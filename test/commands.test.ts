import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { eventually } from '#testing';

const bin = resolve('apps/registry/bin/mortise-registry.js');
const demoOff = { MORTISE_DEMO: 'off', MORTISE_PORT: '0', MORTISE_ADMIN_PASSWORD: 'correct horse battery' };

interface Ended {
  code: number;
  out: string;
  errors: string;
}

describe('the command', () => {
  let folder: string;
  let data: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mortise-command-'));
    data = join(folder, 'data');
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const environment = (more: Record<string, string> = {}) => ({
    PATH: process.env['PATH'],
    MORTISE_DATA: data,
    ...demoOff,
    ...more,
  });

  const run = (words: string[], more: Record<string, string> = {}, file = bin): Promise<Ended> =>
    new Promise((done) => {
      execFile(process.execPath, [file, ...words], { env: environment(more) }, (error, out, errors) =>
        done({ code: error ? Number(error.code) : 0, out, errors }),
      );
    });

  /** Starts the store; resolves with its address once it has said it. */
  async function start(more: Record<string, string> = {}) {
    const child = spawn(process.execPath, [bin], { env: environment(more), stdio: 'pipe' });
    children.push(child);
    let out = '';
    await new Promise<void>((done, fail) => {
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        if (out.split('\n').length > 4) done();
      });
      child.stderr.resume();
      child.once('exit', () => fail(new Error(`ended: ${out}`)));
    });
    const address = /http:\S+/.exec(out)?.[0] ?? '';
    return { child, address, lines: () => out.trimEnd().split('\n') };
  }

  const signIn = async (address: string, password: string) => {
    const answer = await fetch(`${address}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password }),
    });
    return { status: answer.status, body: (await answer.json()) as { readonly access_token?: string } };
  };

  it('stops when npm was told to, though npm ends no more than the shell between them', async () => {
    const shell = spawn('sh', ['-c', '"$0" "$1"; true', process.execPath, bin], {
      env: environment({ npm_lifecycle_event: 'start' }),
      stdio: 'pipe',
    });
    children.push(shell);
    const output = new Promise<string>((done) => {
      let out = '';
      shell.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      shell.stdout.once('close', () => done(out));
      shell.stdout.on('data', () => out.split('\n').length > 4 && shell.kill('SIGTERM'));
    });
    expect(await output).toContain('Mortise is up');
  });

  it('starts with four lines, the last of which works when it is pasted', async () => {
    const { lines, address } = await start();
    expect(lines()).toHaveLength(4);
    expect(lines()[0]).toContain(address);
    expect(lines()[1]).toContain(`${address}/docs`);
    const pasted = /curl '([^']+)'/.exec(lines()[3] ?? '')?.[1] ?? '';
    expect(pasted).toContain(address);
  });

  it('stops on SIGTERM with 0 before it is up, too', async () => {
    const child = spawn(process.execPath, [bin], { env: environment(), stdio: 'ignore' });
    children.push(child);
    const ended = once(child, 'exit');
    await eventually(() => existsSync(data));
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('stops on SIGTERM with 0, after what runs has been answered', async () => {
    const { child, address } = await start();
    const answer = await fetch(`${address}/health/ready`);
    expect(answer.status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('finishes a request that is half way in when it is told to stop', async () => {
    const { child, address } = await start();
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.write(
      'POST /api/v1/descriptors/validate HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: application/yaml\r\ncontent-length: 20\r\n\r\nname: X',
    );
    await eventually(() => answer.startsWith('HTTP/1.1 100 '));
    child.kill('SIGTERM');
    await new Promise((done) => setTimeout(done, 300));
    socket.write('\nversion: 1.0');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /m);
  });

  it('says one sentence on Ctrl-C, and starts again on the same data', async () => {
    const first = await start();
    first.child.kill('SIGINT');
    expect((await once(first.child, 'exit'))[0]).toBe(0);
    expect(first.lines()[5]).toBe('Stopping; press Ctrl-C again to stop at once.');
    await start();
  });

  it('serves and stops cleanly although nobody reads what it says any more', async () => {
    const { child, address } = await start();
    child.stdout.destroy();
    child.stderr.destroy();
    for (let count = 0; count < 3; count++) {
      expect((await fetch(`${address}/api/v1/plugins`)).status).toBe(200);
      await new Promise((done) => setTimeout(done, 400));
    }
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('says which setting to change when the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ended = await run(['start'], { MORTISE_PORT: String(port) });
    server.close();
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(ended.errors).toBe(
      `mortise: Port ${port} is taken: stop what listens there, or choose another one with MORTISE_PORT (0 takes a free one).\n`,
    );
  });

  it('says who uses the data folder when another store does, and lets a killed one’s go', async () => {
    const { child } = await start();
    const second = await run(['start']);
    expect(second.code).toBe(1);
    expect(second.errors).toContain(`Another process (${child.pid}) uses`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await start();
  });

  it('names every setting that is wrong, one a line', async () => {
    const ended = await run(['start'], { MORTISE_PORT: 'x', MORTISE_PROT: '1', MORTISE_CLI_THEME: 'dark' });
    expect(ended.code).toBe(2);
    expect(ended.errors.trim().split('\n')).toHaveLength(2);
    expect(ended.errors).toContain('MORTISE_PROT is not a setting. Did you mean MORTISE_PORT?');
  });

  it('gives an account another password once the store is stopped, and ends its sessions', async () => {
    expect((await run(['reset-password', 'admin'])).errors).toContain('There is no database');
    const first = await start();
    const session = await signIn(first.address, demoOff.MORTISE_ADMIN_PASSWORD);
    expect((await run(['reset-password', 'admin'])).errors).toContain('Another process');
    first.child.kill('SIGTERM');
    await once(first.child, 'exit');
    expect((await run(['reset-password'])).errors).toContain('Name one account');
    expect((await run(['reset-password', 'nobody'])).errors).toContain('no account "nobody"');
    const made = await run(['reset-password', 'Admin']);
    expect([made.code, made.errors]).toEqual([0, '']);
    const password = made.out.trimEnd().split('\n').at(-1) ?? '';
    const second = await start();
    const headers = { authorization: `Bearer ${String(session.body.access_token)}` };
    expect((await fetch(`${second.address}/api/v1/accounts/me`, { headers })).status).toBe(401);
    expect((await signIn(second.address, demoOff.MORTISE_ADMIN_PASSWORD)).status).toBe(401);
    const again = await signIn(second.address, password);
    const audit = await fetch(`${second.address}/api/v1/audit?action=reset-password`, {
      headers: { authorization: `Bearer ${String(again.body.access_token)}` },
    });
    expect(await audit.json()).toMatchObject({ items: [{ target: 'account:admin' }] });
  });

  it('takes another password from stdin, and none that is too short', async () => {
    await run(['migrate']);
    const reset = async (input: string): Promise<Ended> => {
      const child = spawn(process.execPath, [bin, 'reset-password', 'admin', '--password-stdin'], {
        env: environment(),
        stdio: 'pipe',
      });
      let [out, errors] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      child.stdin.end(input);
      const [code] = await once(child, 'close');
      return { code, out, errors };
    };
    expect((await reset('short\n')).errors).toContain('at least');
    expect((await reset('')).errors).toContain('no password on stdin');
    const ended = await reset('another battery staple\n');
    expect([ended.code, ended.out.includes('battery')]).toEqual([0, false]);
    const { address } = await start();
    expect((await signIn(address, 'another battery staple')).status).toBe(201);
  });

  it('says that there is no store to look at, or no export to take from', async () => {
    const looked = await run(['gc', '--dry-run']);
    expect(looked).toMatchObject({ code: 2, errors: expect.stringContaining('There is no database') });
    const file = join(folder, 'none.tar');
    writeFileSync(file, 'This was never a tar.');
    const taken = await run(['import', file]);
    expect(taken).toMatchObject({ code: 2, errors: expect.stringContaining('This is no export of a store') });
    const plugin = join(folder, 'plugin');
    mkdirSync(plugin);
    writeFileSync(join(plugin, 'mortise-export.json'), '{"schema_version": 1, "plugin": "acme/tool"}');
    const other = await run(['import', plugin]);
    expect(other).toMatchObject({ code: 2, errors: expect.stringContaining('"mortise publish" brings it') });
    for (const header of ['null', '3', '{"mortise_export": 1}']) {
      writeFileSync(join(plugin, 'mortise-export.json'), header);
      const odd = await run(['import', plugin]);
      expect(odd).toMatchObject({ code: 2, errors: expect.stringContaining('This is no export of a store') });
    }
  });

  it('says when the data folder can’t be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const ended = await run(['start'], { MORTISE_DATA: join(folder, 'file', 'data') });
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.errors).toMatch(/^mortise: The data folder .* can't be written .* MORTISE_DATA\.\n$/);
  });

  it('says when the data folder is a file, holds somebody’s files, or can’t be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    const file = await run(['start'], { MORTISE_DATA: join(folder, 'file') });
    expect(file.errors).toMatch(/^mortise: .* is a file, not a folder: .* MORTISE_DATA\.\n$/);
    const foreign = await run(['start'], { MORTISE_DATA: folder });
    expect(foreign.errors).toMatch(/^mortise: .* none of the store's, .* MORTISE_DATA\.\n$/);
    expect(readdirSync(folder)).toEqual(['file']);
    for (const command of ['start', 'migrate']) {
      const nowhere = await run([command], { MORTISE_DATA: '/proc/mortise/data' });
      expect(nowhere.errors).toMatch(/^mortise: .* MORTISE_DATA\.\n$/);
    }
  });

  it('keeps what it writes for its own user', async () => {
    await start();
    const names = readdirSync(data, { recursive: true, encoding: 'utf8' });
    expect(names).toContain('mortise.sqlite');
    for (const path of [data, ...names.map((name) => join(data, name))])
      expect([path, statSync(path).mode & 0o077]).toEqual([path, 0]);
  });

  it('lists the commands when it does not know one', async () => {
    const ended = await run(['strat']);
    expect(ended.code).toBe(2);
    expect(ended.errors).toContain('Did you mean "start"?');
    expect(ended.errors).toContain(
      'migrate, settings, verify, gc, export, import, reindex, reset, reset-password',
    );
  });

  it('shows its settings without secrets', async () => {
    const ended = await run(['settings'], { MORTISE_SECRET_KEY: 'a very secret key of the store' });
    expect(ended.out).not.toContain('a very secret key');
    for (const line of ['MORTISE_SECRET_KEY=(set)', 'MORTISE_ADMIN_PASSWORD=(set)', 'MORTISE_PORT=0'])
      expect(ended.out.split('\n')).toContain(line);
  });

  it('migrates and ends', async () => {
    expect(await run(['migrate'])).toMatchObject({ code: 0 });
    expect(existsSync(join(data, 'mortise.sqlite'))).toBe(true);
  });

  it('deletes its own data folder, and only that', async () => {
    expect((await run(['reset'])).out).toContain('nothing to delete');
    mkdirSync(data);
    writeFileSync(join(data, 'thesis.txt'), 'years of work');
    expect(await run(['reset'])).toMatchObject({ code: 1 });
    expect(readFileSync(join(data, 'thesis.txt'), 'utf8')).toBe('years of work');
    rmSync(data, { recursive: true });
    const { child } = await start();
    const refused = await run(['reset']);
    expect(refused.errors).toContain('Another process');
    expect(existsSync(data)).toBe(true);
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(await run(['reset'])).toMatchObject({ code: 0 });
    expect(existsSync(data)).toBe(false);
    const elsewhere = { MORTISE_BLOBS: join(folder, 'bytes') };
    expect(await run(['migrate'], elsewhere)).toMatchObject({ code: 0 });
    mkdirSync(elsewhere.MORTISE_BLOBS, { recursive: true });
    expect((await run(['reset'], elsewhere)).out).toContain(`remove those in ${elsewhere.MORTISE_BLOBS}`);
  });

  it('says what to run when the store was never built', async () => {
    cpSync(bin, join(folder, 'apps/registry/bin/mortise-registry.js'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const ended = await run(['start'], {}, join(folder, 'apps/registry/bin/mortise-registry.js'));
    expect(ended.code).toBe(1);
    expect(ended.errors).toContain('npm ci');
  });

  it.each(['4.9.1', '18.20.0', '20.18.3', '21.7.3', '22.12.0', '23.9.0', '24.10.0'])(
    'says which Node it needs on %s',
    (version) => {
      const written: string[] = [];
      const process = {
        versions: { node: version },
        stderr: { write: (text: string) => written.push(text) },
        exit: () => undefined,
      };
      runInNewContext(readFileSync(bin, 'utf8').replace(/^#!.*/, ''), { process });
      expect(written.join('')).toContain('Mortise needs Node 20.19');
    },
  );
});
