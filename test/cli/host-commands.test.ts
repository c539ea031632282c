import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, Host, withInstallation } from '#host';
import type { HostFolder } from '#host';
import { eventually, findPython } from '#testing';
import { installInto, makeHostFolder, temporaryFolder } from '../host/host-folder.js';
import { mortiseBin, Typist } from './mortise.js';

const proofs = process.platform === 'linux' && findPython() !== undefined ? describe : describe.skip;
const quick = { restartFirstMs: 50, restartLastMs: 100, failuresBeforeGivenUp: 1, drainMs: 5_000 };
const greets = `import os
class Plugin:
    def greet(self, name: str = "world") -> str:
        return name
    def die(self) -> str:
        os._exit(9)
`;

let typist: Typist;

beforeAll(() => {
  typist = new Typist('http://127.0.0.1:1');
});

afterAll(() => typist.leave());

describe('the exit code', () => {
  it.each([[['run']], [['doctor']], [['logs', 'acme/tool']], [['dev', 'nowhere']]])(
    'of %j is 4 where there is nothing',
    async (args) => {
      const { code, stdout, stderr } = await typist.run(args);
      expect([code, stdout, stderr]).toEqual([4, '', expect.stringMatching(/^mortise: /)]);
    },
  );

  it.each([
    [['run', '--port', 'x']],
    [['run', '--poll', '-1']],
    [['dev', '--port', '99999']],
    [['new', 'acme/nul']],
    [['new', 'me/tool']],
  ])('of %j is 2', async (args) => {
    expect((await typist.run(args)).code).toBe(2);
  });
});

describe('a name that can’t be', () => {
  it('is told as descriptors are told it', async () => {
    const { stderr } = await typist.run(['new', 'acme/nul']);
    expect(stderr).toContain('a device on Windows');
    expect((await typist.run(['new', 'me/tool'])).stderr).toContain('reserved words');
  });
});

describe('a descriptor that is wrong', () => {
  it('is told once by `mortise dev`, with its line', async () => {
    const folder = temporaryFolder('dev-told');
    writeFileSync(join(folder, 'plugin.yaml'), 'name: [\n');
    const { stdout, stderr } = await typist.run(['dev', folder, '--port', '0'], { killAfterMs: 10_000 });
    expect(stderr).toContain('plugin.yaml:1:');
    expect(stdout.match(/^.*$/gm)).toEqual([expect.stringContaining('Nothing of the plugin runs yet'), '']);
  });
});

proofs('a host whose plugins are a good one and one that does not come up', () => {
  let folder: HostFolder;
  let agent: Agent;
  const onFolder = (...args: string[]) => typist.run([...args, '--folder', folder.paths.root]);

  beforeAll(async () => {
    const path = temporaryFolder('commands');
    folder = await makeHostFolder(path);
    await installInto(folder, { plugin: 'acme/good', version: '1.0.0', code: greets });
    await installInto(folder, {
      plugin: 'acme/broken',
      version: '1.0.0',
      code: 'raise RuntimeError("no")\n',
    });
    agent = await Agent.start(folder.paths.root, { limits: quick });
  });

  afterAll(() => agent.close());

  it('is no good one for the doctor, who says what does not serve, and once that the store is away', async () => {
    const { code, stdout } = await onFolder('doctor', '--json');
    const { items } = JSON.parse(stdout) as { items: { name: string; state: string; message: string }[] };
    const of = (wanted: string) => items.find(({ name }) => name === wanted);
    expect(code).toBe(1);
    expect(of('plugins')).toMatchObject({
      state: 'bad',
      message: expect.stringContaining('acme/broken did not come up'),
    });
    expect(of('plugins')?.message).not.toContain('acme/good');
    expect(of('plugins')?.message.split('did not start')).toHaveLength(2);
    expect(of('plugins')?.message).toMatch(
      /failed: RuntimeError: no \(tool\.py:1\); `mortise logs acme\/broken` shows/,
    );
    expect(of('plugins')?.message).not.toMatch(/\n|Traceback/);
    expect(of('store')).toMatchObject({ state: 'bad', message: expect.stringContaining("can't be reached") });
    expect(of('clock')).toMatchObject({ state: 'lacking', message: expect.stringContaining('the store') });
  });

  it('is vouched for by the user of the agent that runs, whoever owns the folder', async () => {
    const isRoot = process.getuid!() === 0;
    if (isRoot) chownSync(folder.paths.root, 65_534, 65_534);
    const findings = await (await Host.open(folder.paths.root)).examine();
    if (isRoot) chownSync(folder.paths.root, 0, 0);
    expect(findings).toContainEqual(
      expect.objectContaining({ name: 'users', state: isRoot ? 'good' : 'lacking' }),
    );
  });

  it('has a failure on one line of its list, and where the rest of it is', async () => {
    const { installations } = await folder.readState();
    const { id } = Object.values(installations).find(({ plugin }) => plugin === 'acme/good')!;
    const message = 'It did not start. It printed last:\nTraceback …\n  File "x.py"\nKeyError: "x"';
    const failure = { version: '1.1.0', code: 'start-failed', message, at: '' };
    await folder.changeState((state) => withInstallation(state, id, (one) => ({ ...one, failure })));
    const { stdout } = await onFolder('list');
    expect(stdout).toContain(
      `acme/good 1.1.0 (${id}) failed: It did not start. It printed last: KeyError: "x" (\`mortise logs acme/good\` shows what it said); \`mortise update acme/good\` tries again what is newest\n`,
    );
    expect(stdout).not.toContain('No agent runs');
    expect(stdout).toMatch(/^acme\/good +1\.0\.0 +running /m);
    expect(stdout).toMatch(/^acme\/broken +- +failed /m);
    expect(stdout).toMatch(/^acme\/broken 1\.0\.0 .* failed: .*`mortise install acme\/broken` tries again$/m);
    await folder.changeState((state) => withInstallation(state, id, (one) => ({ ...one, failure: null })));
  });

  it('names what its list advises so that it is that one where the plugin is here several times', async () => {
    const before = await folder.readState();
    const good = Object.values(before.installations).find(({ plugin }) => plugin === 'acme/good')!;
    const failure = { version: '1.1.0', code: 'host-unsuitable', message: 'It asks for more.', at: '' };
    const beside = { ...good, id: randomUUID(), current: null, failure };
    const served = { ...good, failure: { ...failure, version: '1.2.0' } };
    const installations = { ...before.installations, [good.id]: served, [beside.id]: beside };
    await folder.changeState((state) => ({ ...state, installations }));
    const { stdout } = await onFolder('list');
    await folder.changeState((state) => ({ ...state, installations: before.installations }));
    expect(stdout).toContain(
      `acme/good 1.1.0 (${beside.id}) failed: It asks for more; \`mortise install acme/good@1.1.0\` tries again\n`,
    );
    expect(stdout).toContain(
      `acme/good 1.2.0 (${good.id}) failed: It asks for more; \`mortise update ${good.id}\` tries again what is newest\n`,
    );
  });

  it('misses an archive that is not there', async () => {
    const { code, stderr } = await onFolder('install', 'missing.mortise.tar');
    expect([code, stderr]).toEqual([4, expect.stringContaining('missing.mortise.tar is not there.')]);
  });

  it('tells the action that was meant', async () => {
    const { code, stderr } = await onFolder('call', 'acme/good', 'gret');
    expect([code, stderr]).toEqual([4, expect.stringContaining('Did you mean "greet"?')]);
    expect((await onFolder('call', 'acme/good', 'greet')).stdout).toBe('"world"\n');
  });

  it('tells the plugin that was meant, and why one does not run', async () => {
    const misspelt = await onFolder('call', 'acme/god', 'greet');
    expect([misspelt.code, misspelt.stderr]).toEqual([
      4,
      expect.stringContaining('Did you mean "acme/good"?'),
    ]);
    const broken = await onFolder('call', 'acme/broken', 'greet');
    expect([broken.code, broken.stderr]).toEqual([
      4,
      expect.stringMatching(
        /did not come up: .*it ended with exit code 3.*[^.]\. `mortise logs acme\/broken` shows/,
      ),
    ]);
    for (const which of ['acme/broken', 'acme/broken@1.0.0'])
      expect((await onFolder('logs', which)).stdout).toContain('mortise: it ended with exit code 3.');
  });

  it.each([
    ['{"name": 3}', 1, 'Input "name" is 3, not a string.'],
    ['{"name": true, "nmae": "x"}', 1, 'Input "nmae" is unknown; did you mean "name"?'],
    ['{"who": "x"}', 1, 'greet takes name (a string'],
    ['[]', 1, 'The input is [], not an object.'],
    ['{"name": ', 2, 'The input is no JSON'],
    ['\u0000\u0001', 2, 'The input is no JSON'],
  ])('tells what is wrong with the input %j of an action', async (input, exit, said) => {
    const line = ['call', 'acme/good', 'greet', '--folder', folder.paths.root];
    const { code, stderr } = await typist.run(line, { input });
    expect([code, stderr]).toEqual([exit, expect.stringContaining(said)]);
    expect(stderr).not.toMatch(/\b(True|None|dict|str)\b/);
  });

  it('removes no version that is not here, and says what is', async () => {
    const { code, stderr } = await onFolder('remove', 'acme/good@1.0.1');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/the id of one of its .* 1\.0\.0 \(/)]);
  });

  it('has the doctor tell of an update that failed', async () => {
    const { installations } = await folder.readState();
    const { id } = Object.values(installations).find(({ plugin }) => plugin === 'acme/good')!;
    const failure = { version: '1.1.0', code: 'backend-failed', message: 'It broke.', at: '' };
    await folder.changeState((state) => withInstallation(state, id, (one) => ({ ...one, failure })));
    const { stdout } = await onFolder('doctor');
    expect(stdout).toContain('acme/good 1.0.0 serves, since 1.1.0 did not come up');
  });

  it('is no store, and says so', async () => {
    const { code, stderr } = await typist.run(['search', '--store', agent.address]);
    expect([code, stderr]).toEqual([4, expect.stringContaining('not a store')]);
  });

  it('shows no line of who said nothing, and JSON where that is asked for', async () => {
    const { installations } = await folder.readState();
    const { id } = Object.values(installations).find(({ plugin }) => plugin === 'acme/good')!;
    const logs = folder.paths.logs(id);
    mkdirSync(logs, { recursive: true });
    writeFileSync(join(logs, 'default.log'), '');
    expect(await onFolder('logs', 'acme/good')).toMatchObject({ code: 0, stdout: '' });
    writeFileSync(join(logs, 'default.log'), 'one\ntwo\n');
    expect((await onFolder('logs', 'acme/good', '-n', '1')).stdout).toBe('two\n');
    const asJson = await onFolder('logs', 'acme/good', '--json');
    expect(
      asJson.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { interface: 'default', line: 'one' },
      { interface: 'default', line: 'two' },
    ]);
  });

  it('has in its list why one is given up', async () => {
    await onFolder('call', 'acme/good', 'die');
    await eventually(() => agent.status().plugins.some(({ state }) => state === 'given-up'));
    const { stdout } = await onFolder('list');
    expect(stdout).toMatch(
      /^acme\/good 1\.0\.0 \(.*\) does not serve \(given-up\): it ended with exit code 9 \(`mortise logs/m,
    );
  });
});

proofs('what runs until it is stopped', () => {
  it('is what `list` says that it misses', async () => {
    const folder = await makeHostFolder(temporaryFolder('idle'));
    await installInto(folder, { plugin: 'acme/idle', version: '1.0.0', code: '' });
    const { stdout } = await typist.run(['list', '--folder', folder.paths.root]);
    expect(stdout).toMatch(
      /^acme\/idle +- +not-running +1\.0\.0 [^]*No agent runs: `mortise run` brings this into service\./m,
    );
  });

  it('gives no back end a user of its own where it will run as whose folder it is, whoever asks the doctor', async () => {
    const folder = await makeHostFolder(temporaryFolder('users'));
    await installInto(folder, { plugin: 'acme/idle', version: '1.0.0', code: '' });
    const host = await Host.open(folder.paths.root);
    if (process.getuid!() === 0) chownSync(folder.paths.root, 65_534, 65_534);
    expect(await host.examine()).toContainEqual(expect.objectContaining({ name: 'users', state: 'lacking' }));
  }, 60_000);

  it('says on Ctrl-C that nothing was changed', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const folder = await makeHostFolder(temporaryFolder('interrupted'));
    await installInto(folder, { plugin: 'acme/idle', version: '1.0.0', code: '' });
    const host = await folder.readHost();
    const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await folder.writeHost({ ...host, store: { ...host.store, address } });
    const child = spawn(process.execPath, [mortiseBin, 'update', '--folder', folder.paths.root], {
      env: { PATH: process.env['PATH'], HOME: typist.home },
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    const ended = once(child, 'close');
    await once(silent, 'connection');
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(said).toMatch(/\nmortise: Interrupted: nothing was changed\.\n$/);
    silent.close();
  });

  it('ends with 0 on SIGTERM', async () => {
    const path = temporaryFolder('run');
    const { paths } = await makeHostFolder(path);
    const child = spawn(
      process.execPath,
      [mortiseBin, 'run', '--port', '0', '--poll', '0', '--folder', paths.root],
      {
        env: { PATH: process.env['PATH'], HOME: typist.home },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
